package io.spinexr.fhir.code;

import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** Human-readable text of a resource. Built as nodes, so whatever the text holds stays text. */
public final class Narratives {
  private Narratives() {}

  /** Text as a note, whose Markdown allows HTML. */
  public static String markdown(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  /** One paragraph for each line. */
  public static Narrative of(String text) {
    XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
    div.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
    text.lines().filter(line -> !line.isBlank()).forEach(line -> div.addTag("p").addText(line));
    Narrative narrative = new Narrative().setStatus(NarrativeStatus.GENERATED);
    narrative.setDiv(div);
    return narrative;
  }
}
