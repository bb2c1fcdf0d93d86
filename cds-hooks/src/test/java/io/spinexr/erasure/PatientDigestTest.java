package io.spinexr.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.study.PatientIdentifier;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PatientDigestTest {
  private static final PatientIdentifier PATIENT =
      new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.1", "MÜ-4711");

  /**
   * As Python has it: {@code hashlib.pbkdf2_hmac("sha256", (system + "\n" + value).encode(),
   * bytes(range(16)), 600000).hex()}.
   */
  @Test
  void canBeComputedByAnybodyWhoKnowsTheIdentifier() {
    byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    assertThat(PatientDigest.of(PATIENT, salt))
        .isEqualTo(
            "pbkdf2-sha256:600000:000102030405060708090a0b0c0d0e0f:"
                + "b6ab15ce53b3f0c76c88aaf4cc3fe3b02a17fbf18bb797392c67a188cf2bdf9d");
  }

  @Test
  void differsEachTime() {
    assertThat(PatientDigest.of(PATIENT)).isNotEqualTo(PatientDigest.of(PATIENT));
  }
}
