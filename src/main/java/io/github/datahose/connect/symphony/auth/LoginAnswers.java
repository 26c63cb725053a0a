// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all logins answer: {@code Token} of login-api-public.yaml and authenticator-api-public.yaml.
 */
final class LoginAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(LoginAnswers.class);

  /** In bytes: real ones have some thousand, and what is made of one takes many times its size. */
  static final int LARGEST = 64 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private LoginAnswers() {}

  /** The token; its name in the answer is not gone by, since some key managers give the pod's. */
  static String token(SymphonyCall call, ReadAnswer answer) throws SymphonyException {
    try {
      JsonNode token = JSON.readTree(answer.body()).path("token");
      if (token.isTextual() && isHeaderValue(token.textValue())) {
        LOG.debug(
            "{} was answered with {} after {} ms",
            answer.where(),
            answer.status(),
            answer.tookMillis());
        return token.textValue();
      }
    } catch (IOException notJson) {
      // said below, without the parser's message, which quotes the body
    }
    throw new SymphonyException(
        call,
        FailureKind.MALFORMED,
        call
            + " was answered with "
            + answer.status()
            + ", but without a token (content type "
            + answer.contentType()
            + ", "
            + answer.body().length
            + " bytes); check the URL",
        answer.status(),
        null);
  }

  /** OkHttp would refuse the header with a message that holds the token. */
  private static boolean isHeaderValue(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
