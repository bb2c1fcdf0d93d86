package io.spinexr.fhir.study;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.store.Transaction;
import java.util.Objects;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Reference;

/**
 * The organization that runs the AI and answers for its results.
 *
 * @param name for people
 * @param system namespace of its identifier, an absolute URI
 * @param value of its identifier
 */
public record Operator(String name, String system, String value) {
  public Operator {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(value, "value");
    if (name.isBlank() || system.isBlank() || value.isBlank()) {
      throw new IllegalArgumentException("an operator needs a name and an identifier");
    }
  }

  /** One that has no other identifier than its name. */
  public static Operator named(String name) {
    return new Operator(name, Codes.ORGANIZATION_IDENTIFIER, name);
  }

  /** Never replaces an Organization: what is there may say more than we know. */
  public Reference add(Transaction transaction) {
    Organization organization = new Organization().setActive(true).setName(name);
    organization.addIdentifier().setSystem(system).setValue(value);
    organization.setText(Narratives.of(name));
    return transaction.createIfAbsent(organization, system, value).setDisplay(name);
  }
}
