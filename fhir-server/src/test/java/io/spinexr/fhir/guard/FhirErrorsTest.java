package io.spinexr.fhir.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FhirErrorsTest {
  /** As PostgreSQL answered a NUL in a name, by way of Hibernate and HAPI. */
  private static final String QUOTED =
      "HAPI-0550: could not execute statement [ERROR: invalid byte sequence for encoding \"UTF8\":"
          + " 0x00] [insert into HFJ_SPIDX_STRING (SP_VALUE_EXACT) values ('Weatherwax')]";

  private final FhirErrors errors = new FhirErrors();

  static Stream<BaseServerResponseException> ofDatabases() {
    BaseServerResponseException caused = new UnprocessableEntityException("'Weatherwax' is bad");
    caused.initCause(new IllegalStateException(new SQLException("'Weatherwax'")));
    return Stream.of(
        new InvalidRequestException(QUOTED), new ResourceVersionConflictException(QUOTED), caused);
  }

  @ParameterizedTest
  @MethodSource("ofDatabases")
  void saysNothingThatADatabaseSaid(BaseServerResponseException error) {
    BaseServerResponseException told = errors.outcome(new SystemRequestDetails(), error);
    assertThat(told.getStatusCode()).isEqualTo(error.getStatusCode());
    OperationOutcome outcome = (OperationOutcome) told.getOperationOutcome();
    assertThat(outcome.getIssueFirstRep().getDiagnostics())
        .containsIgnoringCase("database")
        .doesNotContain("Weatherwax", "insert", "HFJ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          HAPI-1851: DataFormatException at [[row,col {unknown-source}]: [1,53]]: HAPI-1821: [element="birthDate"] Invalid attribute value "Weatherwax": Invalid date | HAPI-1851: line 1, column 53: HAPI-1821: [element="birthDate"] Invalid attribute value
          HAPI-1940: Invalid date/time/quantity format: "geWeatherwax"                       | HAPI-1940: Invalid date/time/quantity format
          HAPI-1825: Unknown element 'nam' found during parse                                | HAPI-1825: Unknown element 'nam' found during parse
          """)
  void saysWhereAValueIsWrongAndNotWhichItWas(String message, String told) {
    for (RuntimeException error :
        List.of(new InvalidRequestException(message), new DataFormatException(message))) {
      OperationOutcome outcome =
          (OperationOutcome)
              errors.outcome(new SystemRequestDetails(), error).getOperationOutcome();
      assertThat(outcome.getIssueFirstRep().getDiagnostics()).isEqualTo(told);
    }
  }

  @Test
  void saysNothingOfItInABatchEither() {
    Bundle answer = new Bundle().setType(BundleType.BATCHRESPONSE);
    for (String status : new String[] {"400 Bad Request", "500 Internal Server Error"}) {
      OperationOutcome outcome = new OperationOutcome();
      outcome.addIssue().setDiagnostics(status.startsWith("4") ? QUOTED : "Weatherwax is null");
      answer.addEntry().getResponse().setStatus(status).setOutcome(outcome);
    }
    OperationOutcome kept = new OperationOutcome();
    kept.addIssue().setDiagnostics("Task.status: must be there");
    answer.addEntry().getResponse().setStatus("422 Unprocessable Entity").setOutcome(kept);

    errors.entries(new SystemRequestDetails(), answer);

    assertThat(answer.getEntry())
        .extracting(entry -> (OperationOutcome) entry.getResponse().getOutcome())
        .extracting(outcome -> outcome.getIssueFirstRep().getDiagnostics())
        .satisfiesExactly(
            refused -> assertThat(refused).contains("log").doesNotContain("Weatherwax"),
            failed -> assertThat(failed).contains("log").doesNotContain("Weatherwax"),
            told -> assertThat(told).isEqualTo("Task.status: must be there"));
  }
}
