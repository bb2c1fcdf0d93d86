package io.spinexr.workshop.option;

import io.spinexr.workshop.evaluation.RareTypes;
import picocli.CommandLine.Option;

/** What becomes of annotated lesions that the detector does not know. */
public final class RareTypesOption {
  @Option(
      names = "--rare-types",
      paramLabel = "ignore|other",
      defaultValue = "ignore",
      description =
          "Whether annotated lesions of types that the detector does not know are left out or"
              + " count as other lesions (default: ${DEFAULT-VALUE}).")
  private RareTypes rareTypes = RareTypes.IGNORE;

  public RareTypes rareTypes() {
    return rareTypes;
  }
}
