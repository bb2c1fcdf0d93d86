package io.spinexr.cds.order;

import io.spinexr.cds.order.OrderedExamination.Concept;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.order.Code;
import io.spinexr.order.SpineCode;
import io.spinexr.study.ExaminationText;
import io.spinexr.study.SpineRegion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which orders are for spine radiography: those with a known code, else those whose words say so.
 * docs/order-codes.md tells the rules and why they are as they are.
 */
public final class SpineRadiography {
  /** Texts are cut here before they meet a site's patterns. */
  private static final int TEXT_LIMIT = 500;

  private final Set<Code> codes;
  private final CdsProperties.SpineOrders site;

  public SpineRadiography(CdsProperties.SpineOrders site) {
    this.site = site;
    codes = site.codes().stream().map(Code::parse).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether spine radiography is asked for. */
  boolean isOrderedBy(OrderedExamination examination) {
    Concept code = examination.code();
    if (code.codes().stream().anyMatch(this::isSpineRadiography)) {
      return true;
    }
    List<String> names = texts(code);
    if (names.stream().anyMatch(name -> isSpineRadiography(List.of(name)))
        || (!names.isEmpty() && names.stream().allMatch(this::isShorthand))) {
      return true;
    }
    List<String> placed = join(names, texts(examination.bodySites()));
    if (isSpineRadiography(placed)) {
      return true;
    }
    return !ExaminationText.of(placed).namesElsewhere()
        && isSpineRadiography(join(placed, texts(examination.details())));
  }

  /** The part of the spine that is asked for: what the code says, else what the words say. */
  SpineRegion regionOf(OrderedExamination examination) {
    Stream<SpineRegion> coded =
        examination.code().codes().stream()
            .flatMap(code -> SpineCode.of(code).flatMap(SpineCode::region).stream());
    return coded
        .findFirst()
        .or(
            () ->
                region(join(texts(examination.code()), texts(examination.bodySites())))
                    .or(() -> region(texts(examination.details()))))
        .orElse(SpineRegion.SPINE);
  }

  private static Optional<SpineRegion> region(List<String> texts) {
    return ExaminationText.of(texts).region();
  }

  private boolean isSpineRadiography(Code code) {
    return codes.contains(code) || SpineCode.of(code).filter(SpineCode::isRadiography).isPresent();
  }

  private boolean isSpineRadiography(List<String> texts) {
    ExaminationText text = ExaminationText.of(texts);
    return (text.namesSpine() || isFound(site.spine(), texts))
        && (text.namesRadiograph() || isFound(site.radiograph(), texts))
        && !namesOther(text, texts);
  }

  private boolean isShorthand(String name) {
    ExaminationText text = ExaminationText.of(name);
    return text.isShorthand() && !namesOther(text, List.of(name));
  }

  private boolean namesOther(ExaminationText text, List<String> texts) {
    return text.namesOther() || isFound(site.otherModality(), texts);
  }

  private static boolean isFound(Optional<Pattern> pattern, List<String> texts) {
    return pattern.isPresent()
        && texts.stream()
            .map(text -> text.substring(0, Math.min(text.length(), TEXT_LIMIT)))
            .anyMatch(text -> pattern.get().matcher(text).find());
  }

  private static List<String> texts(List<Concept> concepts) {
    return concepts.stream().flatMap(concept -> texts(concept).stream()).toList();
  }

  /** What is written, and what known codes mean. */
  private static List<String> texts(Concept concept) {
    return join(
        concept.texts(),
        concept.codes().stream()
            .flatMap(code -> SpineCode.of(code).map(SpineCode::meaning).stream())
            .toList());
  }

  private static List<String> join(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
