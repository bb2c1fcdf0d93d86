package io.spinexr.app;

import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.image.Preprocessing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command decodes DICOM images. */
public final class DecoderOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private RadiographDecoder limited = new RadiographDecoder();

  @Option(
      names = "--max-megapixels",
      paramLabel = "N",
      description =
          "Leave out images of more than so many million pixels (default: "
              + RadiographDecoder.DEFAULT_MAX_MEGAPIXELS
              + ").")
  private void setMaxMegapixels(int maxMegapixels) {
    try {
      limited = new RadiographDecoder(maxMegapixels);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), "--max-megapixels: %s".formatted(e.getMessage()), e);
    }
  }

  /** Prepares images as a model set wants them. */
  public RadiographDecoder decoder(Preprocessing preprocessing) {
    return new RadiographDecoder(limited.maxMegapixels(), preprocessing);
  }
}
