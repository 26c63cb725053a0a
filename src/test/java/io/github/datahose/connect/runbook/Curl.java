// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * As much of {@code curl} as the runbooks use, for machines that have none: the options {@code -s},
 * {@code -X}, {@code -H} and {@code --data} with a text, {@code @file} or {@code @-}, and one URL.
 * As with the {@code .curlrc} of {@link Shell} an error status fails, after some tries. It uses
 * nothing but the JDK.
 */
public final class Curl {
  private static final int FAILED = 22;
  private static final int MISUSED = 2;
  private static final int TRIES = 20;

  private String method;
  private byte[] data;
  private URI url;
  private final HttpRequest.Builder request = HttpRequest.newBuilder();

  private Curl() {}

  /** Sends a request as the arguments say; writes the answer to the standard output. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(List.of(arguments), System.in, System.out, System.err, TRIES));
  }

  static int run(
      List<String> arguments, InputStream in, PrintStream out, PrintStream errors, int tries)
      throws IOException, InterruptedException {
    Curl curl = new Curl();
    try {
      curl.read(new ArrayDeque<>(arguments), in);
    } catch (IllegalArgumentException e) {
      errors.println(e.getMessage());
      return MISUSED;
    }
    return curl.send(out, errors, tries);
  }

  private void read(Deque<String> arguments, InputStream in) throws IOException {
    while (!arguments.isEmpty()) {
      String argument = arguments.pop();
      switch (argument) {
        case "-s" -> {}
        case "-X" -> method = arguments.pop();
        case "-H" -> {
          String[] header = arguments.pop().split(":\\s*", 2);
          request.header(header[0], header[1]);
        }
        case "--data" -> data = data(arguments.pop(), in);
        default -> {
          if (argument.startsWith("-") || url != null) {
            throw new IllegalArgumentException("This curl does not know " + argument);
          }
          url = URI.create(argument);
        }
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("This curl needs a URL");
    }
  }

  /** From a file without its line breaks, as curl has it. */
  private static byte[] data(String value, InputStream in) throws IOException {
    if (!value.startsWith("@")) {
      return value.getBytes();
    }
    byte[] bytes =
        value.equals("@-") ? in.readAllBytes() : Files.readAllBytes(Path.of(value.substring(1)));
    return new String(bytes).replaceAll("[\r\n]", "").getBytes();
  }

  private int send(PrintStream out, PrintStream errors, int tries)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    request.uri(url);
    request.method(
        method != null ? method : data == null ? "GET" : "POST",
        data == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(data));
    int status = 0;
    for (int i = 0; i < tries; i++) {
      if (i > 0) {
        Thread.sleep(1000);
      }
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      status = answer.statusCode();
      if (status < 400) {
        out.write(answer.body());
        out.flush();
        return 0;
      }
    }
    errors.println("The requested URL returned error: " + status);
    return FAILED;
  }
}
