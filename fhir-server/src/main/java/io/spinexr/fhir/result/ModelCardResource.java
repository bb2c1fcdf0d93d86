package io.spinexr.fhir.result;

import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.Attachments;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.DeviceResource;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.finding.ModelVersion;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;

/** What is known of a model -> DocumentReference: the model card of AI Transparency on FHIR. */
final class ModelCardResource {
  private ModelCardResource() {}

  static Reference add(Transaction transaction, ModelVersion model, String markdown) {
    String title = "Model card of " + model.name() + " " + model.version();
    DocumentReference card = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
    card.setType(AiTransparency.input("AIModelCard", "AI Model-Card"));
    card.addCategory(AiTransparency.input("AIModelCardMarkdownFormat", "Markdown Format"));
    card.addContent()
        .setAttachment(
            Attachments.of("text/markdown", markdown.getBytes(StandardCharsets.UTF_8), title));
    card.setDescription(title).setText(Narratives.of(title));
    String identifier = DeviceResource.identifier(model);
    card.addIdentifier().setSystem(Codes.MODEL_IDENTIFIER).setValue(identifier);
    return transaction.put(card, Codes.MODEL_IDENTIFIER, identifier);
  }
}
