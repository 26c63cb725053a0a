// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the stand-in asks as {@code curl} would; the server answers what it was asked. */
class CurlTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String question =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes());
          int status = exchange.getRequestURI().getPath().equals("/no") ? 409 : 200;
          exchange.sendResponseHeaders(status, question.length());
          exchange.getResponseBody().write(question.getBytes());
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksByMethodHeaderAndBody(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("body.json"), "{\"a\":\n1}\n");

    assertThat(curl("", "-s", url("/status?a=b"))).isZero();
    assertThat(curl("", "-X", "PUT", url("/stop"))).isZero();
    assertThat(curl("", "--data", "x", url("/text"))).isZero();
    assertThat(
            curl(
                "",
                "-X",
                "PATCH",
                "-H",
                "Content-Type: application/json",
                "--data",
                "@" + file,
                url("/file")))
        .isZero();
    assertThat(curl("from\nin", "-X", "PUT", "--data", "@-", url("/in"))).isZero();

    assertThat(out.toString())
        .isEqualTo(
            "GET /status?a=b null PUT /stop null POST /text null x"
                + "PATCH /file application/json {\"a\":1}PUT /in null fromin");
  }

  @Test
  void failsWhenItIsRefusedOrDoesNotUnderstand() throws Exception {
    assertThat(curl("", url("/no"))).isEqualTo(22);
    assertThat(curl("", "--unknown", url("/"))).isEqualTo(2);
    assertThat(curl("")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private int curl(String in, String... arguments) throws Exception {
    PrintStream errors = new PrintStream(new ByteArrayOutputStream());
    return Curl.run(
        List.of(arguments),
        new ByteArrayInputStream(in.getBytes()),
        new PrintStream(out),
        errors,
        1);
  }
}
