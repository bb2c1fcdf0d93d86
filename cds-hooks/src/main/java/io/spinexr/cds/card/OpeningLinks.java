package io.spinexr.cds.card;

import io.spinexr.access.Page;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Links that open their page to the clinician who follows them and signs in: they name their card,
 * of which it is known which pages it links to.
 */
public final class OpeningLinks {
  private static final String CARD = "?card=";

  private final String baseUrl;

  /**
   * @param publicUrl where this server's pages are reached
   */
  public OpeningLinks(URI publicUrl) {
    this.baseUrl = publicUrl.toString().replaceAll("/+$", "");
  }

  /** The same cards, whose links to pages about a patient open them. */
  public List<Card.Issued> on(List<Card.Issued> cards) {
    return cards.stream()
        .map(issued -> new Card.Issued(on(issued.card()), issued.kind(), issued.subject()))
        .toList();
  }

  private Card on(Card card) {
    return card.with(
        card.links().stream()
            .map(link -> page(link).isPresent() ? opening(link, card) : link)
            .toList());
  }

  private Optional<Page> page(Card.Link link) {
    return Optional.of(link.url())
        .filter(url -> url.startsWith(baseUrl))
        .flatMap(url -> Page.at(url.substring(baseUrl.length())));
  }

  private static Card.Link opening(Card.Link link, Card card) {
    return Card.Link.absolute(link.label(), link.url() + CARD + card.uuid());
  }

  /** The pages that a card's links open; none where nobody signs in. */
  static List<Page> pages(Card card) {
    return card.links().stream()
        .map(Card.Link::url)
        .filter(url -> url.endsWith(CARD + card.uuid()))
        .map(url -> URI.create(url).getPath())
        .flatMap(OpeningLinks::lastPage)
        .distinct()
        .toList();
  }

  /** Whatever the public address puts before it. */
  private static Stream<Page> lastPage(String path) {
    int name = path.lastIndexOf('/');
    return Page.at(path.substring(path.lastIndexOf('/', name - 1))).stream();
  }
}
