package io.spinexr.app;

import io.spinexr.dicom.image.RadiographDecoder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command decodes DICOM images. */
final class DecoderOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private RadiographDecoder decoder = new RadiographDecoder();

  @Option(
      names = "--max-megapixels",
      paramLabel = "N",
      description =
          "Leave out images of more than so many million pixels (default: "
              + RadiographDecoder.DEFAULT_MAX_MEGAPIXELS
              + ").")
  private void setMaxMegapixels(int maxMegapixels) {
    try {
      decoder = new RadiographDecoder(maxMegapixels);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), "--max-megapixels: %s".formatted(e.getMessage()), e);
    }
  }

  RadiographDecoder decoder() {
    return decoder;
  }
}
