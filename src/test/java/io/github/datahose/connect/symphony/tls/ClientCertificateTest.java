// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCertificateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=bot | bot",
        "O=Example,OU=bots,C=US |",
        "CN=bot,CN=Example Bots,O=Example | bot;Example Bots",
        "OU=bots+CN=bot,O=Example | bot",
        "CN=bot+OU=bots+CN=other,CN=third | bot;other;third",
        "CN=\"bot, the first; O=x+y\",O=Example | bot, the first; O=x+y",
        "CN=bot\\, the first\\+CN\\=x,O=Example | bot, the first+CN=x",
        "CN=Bot | Bot",
        "2.5.4.3=bot,O=Example | bot",
        "CN=bot,O=OOO \\\"Bots\\\" | bot",
        "SERIALNUMBER=7+CN=bot,1.2.3.4=x | bot",
        "CN=Zürich-bot | Zürich-bot"
      })
  void findsEachCommonNameOfSubject(String subject, String names) {
    assertThat(ClientCertificate.commonNames(new X500Principal(subject)))
        .containsExactlyInAnyOrder(names == null ? new String[0] : names.split(";(?! )"));
  }

  /** UTF-8, printable, T.61, ASCII, and of two and four bytes a character. */
  @Test
  void readsCommonNameOfEachUsualTextType() {
    assertThat(
            Stream.of(
                    "0c03" + "626f74",
                    "1303" + "626f74",
                    "1403" + "626f74",
                    "1603" + "626f74",
                    "1e06" + "0062006f0074",
                    "1c0c" + "000000620000006f00000074")
                .map(ClientCertificateTest::subject)
                .map(ClientCertificate::commonNames))
        .allSatisfy(names -> assertThat(names).containsExactly("bot"));
  }

  @Test
  void ignoresCommonNameThatIsNotText() {
    assertThat(ClientCertificate.commonNames(subject("03020007"))).isEmpty();
    assertThat(ClientCertificate.commonNames(subject("1a03626f74"))).isEmpty();
    assertThat(ClientCertificate.commonNames(new X500Principal(""))).isEmpty();
  }

  /** A subject with this CN in DER: SEQUENCE, SET, SEQUENCE, OID 2.5.4.3, value. */
  private static X500Principal subject(String value) {
    String attribute = "30" + length("0603550403" + value);
    String name = "31" + length(attribute);
    return new X500Principal(HexFormat.of().parseHex("30" + length(name)));
  }

  private static String length(String content) {
    return HexFormat.of().toHexDigits((byte) (content.length() / 2)) + content;
  }
}
