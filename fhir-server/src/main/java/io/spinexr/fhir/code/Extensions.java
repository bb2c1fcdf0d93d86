package io.spinexr.fhir.code;

import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.ExtensionContextType;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.hl7.fhir.r4.model.UriType;

/** Definitions of extensions. */
final class Extensions {
  private Extensions() {}

  /** One with a value of one type and nothing else. */
  static StructureDefinition simple(String url, String name, String context, String type) {
    StructureDefinition extension = of(url, name, context);
    element(extension, "Extension.extension").setMax("0");
    element(extension, "Extension.url").setFixed(new UriType(url));
    element(extension, "Extension.value[x]").setMin(1).addType().setCode(type);
    return extension;
  }

  static StructureDefinition of(String url, String name, String context) {
    StructureDefinition extension = new StructureDefinition();
    extension.setUrl(url).setName(name).setStatus(PublicationStatus.ACTIVE);
    extension
        .setFhirVersion(FHIRVersion._4_0_1)
        .setKind(StructureDefinitionKind.COMPLEXTYPE)
        .setAbstract(false)
        .setType("Extension")
        .setBaseDefinition("http://hl7.org/fhir/StructureDefinition/Extension")
        .setDerivation(TypeDerivationRule.CONSTRAINT);
    extension.addContext().setType(ExtensionContextType.ELEMENT).setExpression(context);
    element(extension, "Extension").setShort(name);
    return extension;
  }

  static void part(
      StructureDefinition extension,
      String name,
      int min,
      String max,
      String type,
      String meaning) {
    String id = "Extension.extension:" + name;
    ElementDefinition slice = element(extension, "Extension.extension");
    slice.setSliceName(name).setMin(min).setMax(max).setShort(meaning).setId(id);
    element(extension, "Extension.extension.extension").setMax("0").setId(id + ".extension");
    element(extension, "Extension.extension.url").setFixed(new UriType(name)).setId(id + ".url");
    ElementDefinition value = element(extension, "Extension.extension.value[x]").setMin(1);
    value.addType().setCode(type);
    value.setId(id + ".value[x]");
  }

  static ElementDefinition element(StructureDefinition extension, String path) {
    ElementDefinition element = extension.getDifferential().addElement().setPath(path);
    element.setId(path);
    return element;
  }
}
