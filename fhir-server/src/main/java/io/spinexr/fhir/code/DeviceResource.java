package io.spinexr.fhir.code;

import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/** A model set and its models -> Devices. */
public final class DeviceResource {
  private DeviceResource() {}

  /** The set as a whole, with the rule by which its models work together. */
  public static Device of(ModelSet models, DecisionRule rule, List<Reference> cards) {
    Device device = device(models.name(), models.version());
    cards.stream().map(AiTransparency::modelCard).forEach(device::addExtension);
    device.addIdentifier().setSystem(Codes.MODEL_IDENTIFIER).setValue(models.id());
    models.labelling().udi().ifPresent(udi -> device.addUdiCarrier().setDeviceIdentifier(udi));
    device.addNote().setText("Regulatory status: " + models.labelling().display() + ".");
    models
        .labelling()
        .intendedUse()
        .ifPresent(use -> device.addNote().setText("Intended use: " + Narratives.markdown(use)));
    device
        .addProperty()
        .setType(ResultCode.ABNORMALITY_THRESHOLD.concept())
        .addValueQuantity(fraction(rule.threshold()));
    device
        .addProperty()
        .setType(ResultCode.KEEP_SCORE.concept())
        .addValueQuantity(fraction(rule.keepScore()));
    return device;
  }

  /** One model of the set. */
  public static Device of(ModelVersion model, Reference set, Optional<Reference> card) {
    Device device = device(model.name(), model.version());
    card.map(AiTransparency::modelCard).ifPresent(device::addExtension);
    device.addIdentifier().setSystem(Codes.MODEL_IDENTIFIER).setValue(identifier(model));
    device.setParent(set.copy());
    device
        .addProperty()
        .setType(ResultCode.MODEL_TASK.concept())
        .addValueCode(new CodeableConcept().setText(model.task()));
    device
        .addProperty()
        .setType(ResultCode.SHA256.concept())
        .addValueCode(new CodeableConcept().setText(model.sha256()));
    return device;
  }

  public static String identifier(ModelVersion model) {
    return model.name() + "/" + model.version() + "/" + model.sha256();
  }

  /** A number in [0,1], to four digits. */
  public static Quantity fraction(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_UP);
    return new Quantity().setValue(rounded).setUnit("1").setSystem(Codes.UCUM).setCode("1");
  }

  private static Device device(String name, String version) {
    Device device = new Device().setStatus(FHIRDeviceStatus.ACTIVE);
    device.setText(Narratives.of("Artificial intelligence " + name + ", version " + version));
    device.addDeviceName().setName(name).setType(DeviceNameType.MODELNAME);
    device.setType(
        AiTransparency.artificialIntelligence()
            .addCoding(new Coding(Codes.DICOM, "123110", "Artificial Intelligence"))
            .setText("Artificial intelligence, software"));
    device.addExtension(AiTransparency.deepLearning());
    device.addVersion().setValue(version);
    return device;
  }
}
