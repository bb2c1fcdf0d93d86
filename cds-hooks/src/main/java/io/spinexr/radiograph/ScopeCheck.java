package io.spinexr.radiograph;

import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DataSet;
import io.spinexr.scope.ImageFacts;
import io.spinexr.scope.Scope;

/** Whether an image is what a model set is made for, by its header. */
public final class ScopeCheck {
  private final Scope scope;
  private final ImageHeader header;

  public ScopeCheck(Scope scope, SpineRadiographs radiographs) {
    this.scope = scope;
    this.header = new ImageHeader(radiographs);
  }

  /** As a server checks it that has no settings of its own for radiographs. */
  public static ScopeCheck of(Scope scope) {
    return new ScopeCheck(scope, new SpineRadiographs(RadiographProperties.defaults()));
  }

  /** Checks an image of which nothing is known but its header. */
  public Scope.Standing of(DataSet image) {
    return of(image, image, image);
  }

  /** What the header of an image states, of which nothing else is known. */
  public ImageFacts facts(DataSet image) {
    return facts(image, image, image);
  }

  /** The same, where the archive lists attributes of its study and its series. */
  ImageFacts facts(DataSet study, DataSet series, DataSet image) {
    return header.facts(study, series, image);
  }

  /**
   * Checks an image.
   *
   * @param study its attributes as the archive lists them, where a site corrects what a modality
   *     got wrong
   * @param series the same
   */
  Scope.Standing of(DataSet study, DataSet series, DataSet image) {
    return scope.of(facts(study, series, image));
  }
}
