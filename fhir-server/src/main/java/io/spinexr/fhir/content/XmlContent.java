package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.util.XmlUtil;
import io.spinexr.text.PlainDecimal;
import io.spinexr.text.PortableText;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Consumer;
import javax.xml.stream.Location;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.Attribute;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;

/** What XML may hold, wherever it stands in a body. */
final class XmlContent {
  static final String UNFIT = "a text " + PortableText.RULE;

  private XmlContent() {}

  /**
   * @throws InvalidRequestException with the position of what may not be there
   */
  static void check(byte[] body) {
    check(body, element -> {});
  }

  /**
   * @param elements is told of each
   */
  static void check(byte[] body, Consumer<StartElement> elements) {
    try {
      // As HAPI reads it, so that both see the same.
      XMLEventReader xml =
          XmlUtil.createXmlReader(
              new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8));
      int depth = 0;
      while (xml.hasNext()) {
        XMLEvent event = xml.nextEvent();
        check(event);
        if (event.isStartElement()) {
          depth++;
          elements.accept(event.asStartElement());
        } else if (event.isEndElement()) {
          depth--;
        }
        if (depth > JsonContent.MAX_DEPTH) {
          throw at(
              event.getLocation(),
              "elements must be nested at most %d deep".formatted(JsonContent.MAX_DEPTH));
        }
      }
    } catch (XMLStreamException e) {
      throw at(e.getLocation(), "the body must be XML 1.0");
    }
  }

  private static void check(XMLEvent event) {
    if (event.getEventType() == XMLStreamConstants.DTD) {
      throw at(event.getLocation(), "the body must not have a document type declaration");
    }
    if (event.isCharacters()) {
      check(event, event.asCharacters().getData());
    } else if (event.isStartElement()) {
      Iterator<Attribute> attributes = event.asStartElement().getAttributes();
      while (attributes.hasNext()) {
        String value = attributes.next().getValue();
        check(event, value);
        if (!PlainDecimal.isReadable(value)) {
          throw at(event.getLocation(), "a number " + PlainDecimal.RULE);
        }
      }
    }
  }

  private static void check(XMLEvent event, String text) {
    if (!PortableText.isPortable(text)) {
      throw at(event.getLocation(), UNFIT);
    }
  }

  private static InvalidRequestException at(Location place, String rule) {
    return new InvalidRequestException(
        place == null
            ? rule
            : "line %d, column %d: %s"
                .formatted(place.getLineNumber(), place.getColumnNumber(), rule));
  }
}
