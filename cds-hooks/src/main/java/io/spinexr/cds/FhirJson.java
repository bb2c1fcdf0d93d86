package io.spinexr.cds;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.ErrorHandlerAdapter;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.ServiceRequest;

/**
 * JSON to FHIR R4 resources. Wrong values and shapes are refused; elements that R4 does not know
 * are left alone, since other orders' extensions and later versions are no reason to lose an order.
 */
final class FhirJson {
  private final FhirContext fhir;

  /**
   * @param fhir for R4
   */
  FhirJson(FhirContext fhir) {
    this.fhir = fhir;
    // The first parse of a type reads its definitions; no clinician should wait for that.
    fhir.newJsonParser().parseResource(Patient.class, "{\"resourceType\":\"Patient\"}");
    fhir.newJsonParser()
        .parseResource(ServiceRequest.class, "{\"resourceType\":\"ServiceRequest\"}");
  }

  /**
   * @throws CdsException 400 naming the element when the JSON is no R4 resource of this type
   */
  <T extends IBaseResource> T read(Class<T> type, JsonObject json) {
    json.text(
        "resourceType", type.getSimpleName()::equals, "must be \"" + type.getSimpleName() + "\"");
    IParser parser = fhir.newJsonParser();
    parser.setParserErrorHandler(new Refusal(json.path()));
    try {
      return parser.parseResource(type, Json.write(json.node()));
    } catch (DataFormatException | ClassCastException | IllegalArgumentException e) {
      throw CdsException.invalid(json.path(), "must be a valid FHIR R4 " + type.getSimpleName());
    }
  }

  private static final class Refusal extends ErrorHandlerAdapter {
    private final String path;

    Refusal(String path) {
      this.path = path;
    }

    @Override
    public void incorrectJsonType(
        IParseLocation location,
        String element,
        ValueType expected,
        ScalarType expectedScalar,
        ValueType found,
        ScalarType foundScalar) {
      throw CdsException.invalid(
          path + "." + element,
          "must be a JSON " + (expectedScalar == null ? expected : expectedScalar));
    }

    @Override
    public void invalidValue(IParseLocation location, String value, String error) {
      String parent = location == null ? null : location.getParentElementName();
      throw CdsException.invalid(
          parent == null ? path : path + "." + parent, "has a value that FHIR R4 does not allow");
    }

    @Override
    public void unexpectedRepeatingElement(IParseLocation location, String element) {
      throw CdsException.invalid(path + "." + element, "must not repeat");
    }
  }
}
