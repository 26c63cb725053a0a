// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** An operator's shell on a machine that has no more than a JDK. */
class ShellTest {
  private final Shell shell = new Shell(true);

  @Test
  void hasAnUnzipOfItsOwn() throws Exception {
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
  void hasACurlOfItsOwn() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getRequestBody().transferTo(exchange.getResponseBody());
          exchange.close();
        });
    server.start();
    shell.set("CONNECT", "http://127.0.0.1:" + server.getAddress().getPort());
    try {
      assertThat(shell.run("echo a b > in; curl -X PUT --data @in \"$CONNECT/x\" | sed 's/a/c/'"))
          .startsWith("c b");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void endsWithTheFirstCommandThatFails() {
    assertThatThrownBy(() -> shell.run("echo before\nfalse\necho after"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("status 1")
        .hasMessageEndingWith("which wrote\nbefore\n");
  }
}
