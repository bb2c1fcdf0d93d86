package io.spinexr.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.text.PortableText;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PersonTest {
  private static Person named(String subject, String name) {
    return new Person("https://id.example.org", subject, name, Set.of(Role.CLINICIAN));
  }

  @Test
  void isWrittenDownInOneShortLineThatNamesTheAccount() {
    assertThat(named("u-1", "Ada Auditor").by()).isEqualTo("Ada Auditor (u-1)");
    assertThat(named("robot", "robot").by()).isEqualTo("robot");
    assertThat(named("u\n1", "Ada\r\nAuditor\u0000").by()).isEqualTo("Ada Auditor (u 1)");
    assertThat(named("s".repeat(255), "n".repeat(500)).by()).hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void isNamedInTextThatEveryDatabaseKeeps() {
    String face = "\uD83D\uDE00";
    for (int before = 0; before < 2; before++) {
      String text = "n".repeat(before) + face.repeat(100);
      assertThat(PortableText.isPortable(named("u" + text, text).by())).isTrue();
    }
    assertThat(named("u-1", "Ada \uD83D").by()).isEqualTo("Ada \uFFFD (u-1)");
  }

  @Test
  void isAnotherOneAtAnotherProvider() {
    Person elsewhere = new Person("https://x.example.org", "u-1", "", Set.of(Role.CLINICIAN));
    assertThat(elsewhere.key()).isNotEqualTo(named("u-1", "").key()).hasSize(64);
    assertThat(named("u-1", "Ada").toString()).doesNotContain("Ada", "u-1");
  }
}
