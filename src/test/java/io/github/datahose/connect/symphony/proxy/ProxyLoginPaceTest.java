// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ProxySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProxyLoginPaceTest {

  private static final String LOGIN = "login";

  private Duration now = Duration.ofHours(1);
  private final ProxyLoginPace pace = new ProxyLoginPace(() -> now.toNanos());

  @Test
  void delaysLoginsByOneTwoFourEightAndTenMinutes() {
    List<Long> minutes = new ArrayList<>();
    Duration begin = now;
    while (minutes.size() < 8) {
      if (pace.untilNext(LOGIN).isZero()) {
        minutes.add(now.minus(begin).toMinutes());
        pace.refused(LOGIN);
      }
      now = now.plusSeconds(1);
    }
    assertThat(minutes).containsExactly(0L, 1L, 3L, 7L, 15L, 25L, 35L, 45L);
  }

  @Test
  void countsConcurrentLoginsAsOne() {
    for (int i = 0; i < 5; i++) {
      assertThat(pace.untilNext(LOGIN)).isZero();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(pace.refused(LOGIN)).isEqualTo(Duration.ofMinutes(1));
    }
    now = now.plusSeconds(20);
    assertThat(pace.untilNext(LOGIN)).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void allowsOneReaderToLogInWhileOthersWait() {
    refuse(LOGIN);
    now = now.plusSeconds(60);
    assertThat(pace.untilNext(LOGIN)).isZero();
    assertThat(pace.untilNext(LOGIN)).isEqualTo(Duration.ofSeconds(10));
    assertThat(pace.untilNext(LOGIN)).isEqualTo(Duration.ofSeconds(10));
    now = now.plusSeconds(10);
    assertThat(pace.untilNext(LOGIN)).as("nothing came of it").isZero();
  }

  @Test
  void forgetsRejectionWhenLoginIsAcceptedAgain() {
    refuse(LOGIN);
    now = now.plusSeconds(60);
    pace.untilNext(LOGIN);
    pace.accepted(LOGIN);
    assertThat(pace.untilNext(LOGIN)).isZero();
    assertThat(pace.untilNext(LOGIN)).isZero();
    assertThat(pace.refused(LOGIN)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void ignoresAcceptanceOfEarlierLogin() {
    pace.untilNext(LOGIN);
    refuse(LOGIN);
    pace.accepted(LOGIN);
    assertThat(pace.untilNext(LOGIN)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void allowsOneCorrectedLoginAtOnce() {
    refuse(LOGIN);
    assertThat(pace.untilNext("correction")).isZero();
    assertThat(pace.untilNext("another")).as("while it is under way").isPositive();
    assertThat(pace.refused("correction")).isEqualTo(Duration.ofMinutes(2));
    for (int i = 0; i < 100; i++) {
      assertThat(pace.untilNext("guess " + i)).isEqualTo(Duration.ofMinutes(2));
    }
    assertThat(pace.untilNext(LOGIN)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void forgetsRejectionsWhenCorrectedLoginIsAccepted() {
    refuse(LOGIN);
    pace.untilNext("correction");
    pace.accepted("correction");
    assertThat(pace.untilNext("correction")).isZero();
    assertThat(pace.refused(LOGIN)).isEqualTo(Duration.ofMinutes(1));
    assertThat(pace.untilNext("next correction")).isZero();
  }

  @Test
  void doesNotDelayAcceptedLoginAfterOtherWasRejected() {
    pace.untilNext("right");
    pace.accepted("right");
    Duration wait = Duration.ofMinutes(1);
    pace.untilNext("wrong");
    assertThat(pace.refused("wrong")).isEqualTo(wait);
    assertThat(pace.untilNext("right")).isZero();
    pace.accepted("right");
    assertThat(pace.untilNext("wrong")).as("it stays wrong").isEqualTo(wait);
    pace.refused("right");
    assertThat(pace.untilNext("right")).as("it was changed at the proxy").isEqualTo(wait);
  }

  @Test
  void sharesPaceBetweenClientsOfSameUserAndProxy() {
    Supplier<Moment> clock = () -> new Moment(now.toNanos(), 0);
    ProxyLoginPace first = ProxyLoginPace.of(proxy("proxy.test", "worker", "one"), clock);
    assertThat(ProxyLoginPace.of(proxy("PROXY.test", "Worker", "two"), clock)).isSameAs(first);
    assertThat(ProxyLoginPace.of(proxy("proxy.test", "other", "one"), clock)).isNotSameAs(first);
    assertThat(ProxyLoginPace.of(proxy("other.test", "worker", "one"), clock)).isNotSameAs(first);
    for (int i = 0; i < 1_000; i++) {
      ProxyLoginPace.of(proxy("proxy.test", "user " + i, "one"), clock);
    }
    assertThat(ProxyLoginPace.of(proxy("proxy.test", "worker", "one"), clock))
        .as("no more than a thousand are remembered")
        .isNotSameAs(first);
  }

  private Duration refuse(String login) {
    pace.untilNext(login);
    return pace.refused(login);
  }

  private static ProxySettings proxy(String host, String username, String password) {
    return new ProxySettings(host, 3128, username, password, List.of());
  }
}
