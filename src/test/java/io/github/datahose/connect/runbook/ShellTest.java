// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator's shell on a machine that has no more than a JDK, and its stand-in for curl. */
class ShellTest {
  private final Shell shell = new Shell(true);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void providesUnzip() throws IOException {
    try (ZipOutputStream archive =
        new ZipOutputStream(Files.newOutputStream(shell.directory().resolve("some.zip")))) {
      archive.putNextEntry(new ZipEntry("plugin/lib.jar"));
      archive.write(7);
    }
    shell.set("ARCHIVE", shell.directory().resolve("some.zip").toString());
    shell.run("mkdir plugins; unzip -q \"$ARCHIVE\" -d \"$PWD/plugins\"");
    assertThat(shell.directory().resolve("plugins/plugin/lib.jar"))
        .hasBinaryContent(new byte[] {7});
  }

  @Test
  void providesCurl() throws InterruptedException {
    server.enqueue(new MockResponse(200, Headers.EMPTY, "a b\n"));
    shell.set("CONNECT", url(""));
    assertThat(shell.run("echo a b > in; curl -X PUT --data @in \"$CONNECT/x\" | sed 's/a/c/'"))
        .startsWith("c b");
    assertThat(asked()).isEqualTo("PUT /x null a b");
  }

  @Test
  void sendsMethodHeaderAndBodyWithCurl() throws Exception {
    Path file = Files.writeString(shell.directory().resolve("body.json"), "{\"a\":\n1}\n");
    assertThat(curl("", "-s", url("/status?a=b"))).isEqualTo("GET /status?a=b null ");
    assertThat(curl("", "-X", "PUT", url("/stop"))).isEqualTo("PUT /stop null ");
    assertThat(curl("", "--data", "x", url("/text"))).isEqualTo("POST /text null x");
    String json = "Content-Type: application/json";
    assertThat(curl("", "-X", "PATCH", "-H", json, "--data", "@" + file, url("/file")))
        .isEqualTo("PATCH /file application/json {\"a\":1}");
    assertThat(curl("from\nin", "-X", "PUT", "--data", "@-", url("/in")))
        .isEqualTo("PUT /in null fromin");
    assertThat(out).hasToString("answer".repeat(5));
  }

  @Test
  void failsCurlForErrorStatusOrUnknownArguments() throws Exception {
    server.enqueue(new MockResponse(409, Headers.EMPTY, ""));
    assertThat(run("", url("/no"))).isEqualTo(22);
    assertThat(run("", "--unknown", url("/"))).isEqualTo(2);
    assertThat(run("")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void stopsAtFirstFailedCommand() {
    assertThatThrownBy(() -> shell.run("echo before\nfalse\necho after"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("status 1")
        .hasMessageEndingWith("which wrote\nbefore\n");
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getPort() + path;
  }

  /** What the server is asked; it answers with success. */
  private String curl(String in, String... arguments) throws Exception {
    server.enqueue(new MockResponse(200, Headers.EMPTY, "answer"));
    assertThat(run(in, arguments)).isZero();
    return asked();
  }

  private int run(String in, String... arguments) throws Exception {
    return Curl.run(
        List.of(arguments),
        new ByteArrayInputStream(in.getBytes()),
        new PrintStream(out),
        new PrintStream(new ByteArrayOutputStream()),
        1);
  }

  private String asked() throws InterruptedException {
    RecordedRequest request = server.takeRequest();
    String body = request.getBody() == null ? "" : request.getBody().utf8();
    return String.join(
        " ",
        request.getMethod(),
        request.getTarget(),
        request.getHeaders().get("Content-Type"),
        body);
  }
}
