package io.spinexr.archive.study;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Which series in the archive are radiographs of the spine: {@code spinexr.radiographs}.
 *
 * @param modalities DICOM Modality of radiographs
 * @param bodyParts values of BodyPartExamined (0018,0015) that mean spine, in any case, blanks and
 *     hyphens ignored; the defined terms of PS3.16 annex L and spellings seen from vendors
 * @param description a series or study description that means spine, beside those that the built-in
 *     words name; a regular expression found anywhere in it, in any case
 * @param procedureCodes values in ProcedureCodeSequence (0008,1032) that mean spine radiography;
 *     they add to the built-in codes of docs/order-codes.md
 */
public record RadiographProperties(
    @DefaultValue({"CR", "DX", "RF", "DR"}) List<String> modalities,
    @DefaultValue({
          "SPINE",
          "CSPINE",
          "TSPINE",
          "LSPINE",
          "SSPINE",
          "CTSPINE",
          "TLSPINE",
          "LSSPINE",
          "CTLSPINE",
          "DSPINE",
          "COCCYX",
          "SACRUM",
          "CERVICALSPINE",
          "THORACICSPINE",
          "DORSALSPINE",
          "LUMBARSPINE",
          "SACRALSPINE",
          "LUMBOSACRALSPINE",
          "THORACOLUMBARSPINE",
          "CERVICOTHORACICSPINE",
          "WHOLESPINE",
          "SPINECERVICAL",
          "SPINETHORACIC",
          "SPINELUMBAR",
          "SPINECERV",
          "SPINETHOR",
          "SPINELUMB",
          "CERVICAL",
          "THORACIC",
          "LUMBAR",
          "LUMBOSACRAL",
          "HWS",
          "BWS",
          "LWS"
        })
        List<String> bodyParts,
    @DefaultValue Optional<Pattern> description,
    @DefaultValue List<String> procedureCodes) {
  public RadiographProperties {
    modalities = modalities.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList();
    bodyParts = bodyParts.stream().map(RadiographProperties::plain).toList();
    description =
        description.map(pattern -> Pattern.compile(pattern.pattern(), Pattern.CASE_INSENSITIVE));
    procedureCodes = List.copyOf(procedureCodes);
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("spinexr.radiographs.modalities must not be empty");
    }
  }

  /** What holds where a site sets nothing. */
  public static RadiographProperties defaults() {
    return new Binder(new MapConfigurationPropertySource())
        .bindOrCreate("spinexr.radiographs", Bindable.of(RadiographProperties.class));
  }

  /** Upper case letters and digits only: {@code "L-Spine"} is {@code LSPINE}. */
  public static String plain(String bodyPart) {
    return bodyPart.toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
