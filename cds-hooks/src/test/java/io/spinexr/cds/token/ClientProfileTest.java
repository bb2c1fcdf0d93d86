package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.card.Card;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each vendor gets what its documentation says that it takes. */
class ClientProfileTest {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  @Test
  void takesEpicsTokensOfFifteenMinutesAndTheStandardsOfFive() {
    assertThat(ClientProfile.EPIC.tokenLifetime(FIVE_MINUTES)).isEqualTo(Duration.ofMinutes(15));
    assertThat(ClientProfile.EPIC.tokenLifetime(Duration.ofHours(1))).hasHours(1);
    assertThat(ClientProfile.STANDARD.tokenLifetime(FIVE_MINUTES)).isEqualTo(FIVE_MINUTES);
    assertThat(ClientProfile.ORACLE.tokenLifetime(FIVE_MINUTES)).isEqualTo(FIVE_MINUTES);
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheTopicsOfCardsApart(ClientProfile profile) {
    List<String> codes =
        Arrays.stream(Card.Kind.values()).map(kind -> profile.topicCode(kind.code())).toList();

    assertThat(codes).doesNotHaveDuplicates().allMatch(code -> !code.isEmpty());
    if (profile == ClientProfile.EPIC) {
      assertThat(codes).allMatch(code -> code.matches("[A-Za-z0-9]{1,100}")).contains("noimages");
    } else {
      assertThat(codes).contains("no-images");
    }
  }

  @Test
  void letsEpicChooseAnySuggestionBecauseItKnowsNoOtherWay() {
    assertThat(ClientProfile.EPIC.selectionBehavior()).isEqualTo("any");
    assertThat(ClientProfile.STANDARD.selectionBehavior()).isEqualTo("at-most-one");
    assertThat(ClientProfile.ORACLE.selectionBehavior()).isEqualTo("at-most-one");
  }
}
