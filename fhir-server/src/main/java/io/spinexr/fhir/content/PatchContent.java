package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.events.Attribute;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** What a patch may ask for: a few changes, each at a place that it names. */
final class PatchContent {
  private static final int MOST_CHANGES = 100;
  private static final Set<String> VALUED = Set.of("add", "replace", "test");
  private static final ObjectMapper JSON = JsonMapper.builder(JsonContent.FACTORY).build();

  private PatchContent() {}

  /** RFC 6902. Copies of copies would make a small patch a large resource. */
  static void checkJson(byte[] patch) {
    JsonContent.check(patch);
    JsonNode changes;
    try {
      changes = JSON.readTree(patch);
    } catch (IOException e) {
      throw new InvalidRequestException("the patch must be JSON");
    }
    require(changes.isArray(), "a JSON Patch must be an array");
    requireFew(changes.size());
    for (JsonNode change : changes) {
      String op = Objects.requireNonNullElse(change.path("op").textValue(), "");
      require(!op.equals("copy"), "a JSON Patch must not copy; add the value instead");
      require(
          !op.isEmpty()
              && change.path("path").isTextual()
              && (change.path("from").isTextual() || !op.equals("move")),
          "a change of a JSON Patch has an op and a path, and one that moves has a from (RFC 6902,"
              + " 4)");
      require(
          change.has("value") || !VALUED.contains(op),
          "a JSON Patch must have a value to add, replace and test (RFC 6902, 4)");
    }
  }

  /** RFC 5261. */
  static void checkXml(byte[] patch) {
    int[] changes = {0};
    XmlContent.check(
        patch,
        element -> {
          Attribute path = element.getAttributeByName(new QName("sel"));
          if (path != null) {
            changes[0]++;
            require(
                SimplePath.isXPath(path.getValue()),
                "sel must be a path of names, positions and conditions like [@value='x']");
          }
        });
    requireFew(changes[0]);
  }

  /** FHIRPath Patch (FHIR R4, fhirpatch.html), or in a Bundle one of the other two in a Binary. */
  static void check(@Nullable Resource patch) {
    if (patch instanceof Parameters changes) {
      requireFew(changes.getParameter().size());
      changes.getParameter().forEach(PatchContent::check);
    } else if (patch instanceof Binary binary && binary.hasData()) {
      switch (BodyType.named(String.valueOf(binary.getContentType())).orElse(BodyType.FORM)) {
        case JSON_PATCH -> checkJson(binary.getData());
        case XML_PATCH -> checkXml(binary.getData());
        default ->
            throw new InvalidRequestException(
                "a patch in a Binary must be application/json-patch+json or"
                    + " application/xml-patch+xml");
      }
    } else {
      throw new InvalidRequestException("a patch must be Parameters, a JSON Patch or an XML Patch");
    }
  }

  private static void check(ParametersParameterComponent change) {
    for (ParametersParameterComponent part : change.getPart()) {
      boolean path = "path".equals(part.getName());
      require(
          !path || part.hasValue() && SimplePath.isFhirPath(part.getValue().primitiveValue()),
          "path must be a path of elements, indices and conditions like where(use = 'official')");
    }
  }

  private static void requireFew(int changes) {
    require(
        changes <= MOST_CHANGES,
        "a patch must not have more than %d changes".formatted(MOST_CHANGES));
  }

  private static void require(boolean right, String rule) {
    if (!right) {
      throw new InvalidRequestException(rule);
    }
  }
}
