package io.spinexr.phantom.hard;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.phantom.Lesion;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.Level;
import io.spinexr.phantom.Markers;
import io.spinexr.phantom.Pathology;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.Spine;
import io.spinexr.phantom.View;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Grain;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Pose;
import io.spinexr.phantom.drawing.Renderer;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.hard.body.Body;
import io.spinexr.phantom.hard.body.LookAlikes;
import io.spinexr.phantom.hard.body.Patient;
import io.spinexr.phantom.hard.body.Scene;
import io.spinexr.phantom.hard.body.Spur;
import io.spinexr.phantom.hard.exposure.Exposure;
import io.spinexr.phantom.hard.exposure.XrayUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Draws the hard family: radiographs of people who do not exist, as hospitals see them.
 *
 * <p>A seed, a population and a reader decide a phantom, on every machine and in every thread. The
 * seeds {@code 2 n} and {@code 2 n + 1} are the two images of study {@code n}, one from the front
 * and one from the side: the same patient, X-ray unit and illness. Half of the images are normal to
 * their reader.
 */
public final class HardGenerator {
  /** So that a hard and an easy phantom of one seed have nothing in common. */
  private static final long SALT = 0x5eed_0f_4a2d_c0deL;

  /** What an annotator leaves around a lesion, in millimetres. */
  private static final double BOX_MARGIN = 0.8;

  private final Population population;
  private final Reader reader;

  public HardGenerator(Population population) {
    this(population, Reader.RADIOLOGIST);
  }

  public HardGenerator(Population population, Reader reader) {
    this.population = population;
    this.reader = reader;
  }

  /** What both images of a study have in common. */
  private record Study(
      Patient patient, XrayUnit unit, Region region, Illness illness, long spine, View first) {
    Study cured() {
      return new Study(patient, unit, region, new Illness(List.of(), 0), spine, first);
    }
  }

  /**
   * The phantom of this seed.
   *
   * @param scale of width and height relative to the full size of 640 to 900 rows, in (0, 4]: the
   *     same patient, pose and lesions at another resolution
   */
  public HardPhantom generate(long seed, double scale) {
    return generate(seed, scale, true);
  }

  /** With {@code diseased} false: the same patient, had all lesions never come. */
  HardPhantom generate(long seed, double scale, boolean diseased) {
    if (!(scale > 0 && scale <= 4)) {
      throw new IllegalArgumentException("scale must be in (0, 4], but is " + scale);
    }
    long number = Math.floorDiv(seed, 2L);
    int image = (int) Math.floorMod(seed, 2L);
    Dice root = new Dice(number ^ SALT);
    Study study = study(root.split());
    if (!diseased) {
      study = study.cured();
    }
    Dice own = root.split();
    for (int i = 0; i < image; i++) {
      own = root.split();
    }
    return image(seed, study, number, image, scale, own);
  }

  private Study study(Dice dice) {
    Patient patient = population.patient(dice.split());
    XrayUnit unit = population.unit(dice.split());
    Region region =
        dice.pick(
            List.of(
                Region.LUMBAR,
                Region.LUMBAR,
                Region.LUMBAR,
                Region.LUMBAR,
                Region.CERVICAL,
                Region.CERVICAL,
                Region.THORACIC));
    return new Study(
        patient,
        unit,
        region,
        Illness.of(patient, region, dice.split()),
        dice.bits(),
        dice.chance(0.5) ? View.AP : View.LATERAL);
  }

  private HardPhantom image(
      long seed, Study study, long number, int image, double scale, Dice dice) {
    Dice poseDice = dice.split();
    Dice bodyDice = dice.split();
    Dice spurDice = dice.split();
    Dice variantDice = dice.split();
    Dice noiseDice = dice.split();
    Dice readerDice = dice.split();
    View view = (image == 0) == (study.first() == View.AP) ? View.AP : View.LATERAL;
    Spine healthy = healthy(study, view);
    Exposure exposure = Exposure.random(study.unit(), poseDice);
    Pose pose = pose(healthy, exposure, scale, poseDice);
    List<Lesion> lesions =
        study.illness().at(healthy, healthy.within(pose, exposure.collimation().margins(), 0.03));
    Spine spine = healthy;
    for (Lesion lesion : lesions) {
      spine = Pathology.deform(spine, lesion);
    }
    IntPredicate visible = spine.within(pose, exposure.collimation().margins(), 0.03);
    Scene scene = Scene.of(study.patient().seenWith(exposure.boneContrast()), spine);
    Body.draw(scene, bodyDice);
    List<Drawn> drawn = new ArrayList<>();
    for (Lesion lesion : lesions) {
      Pathology.Drawing drawing = Pathology.draw(spine, lesion);
      scene.sharp().addAll(drawing.shapes());
      drawn(lesion.type(), drawing.extent(), true, plainness(lesion), pose).ifPresent(drawn::add);
    }
    for (Spur spur : study.illness().spursAt(spine, visible, study.patient(), spurDice)) {
      double plainness = Math.min(1, 0.09 * spur.length() + 0.4 * spur.severity());
      drawn(LesionType.OSTEOPHYTES, spur.draw(scene), true, plainness, pose).ifPresent(drawn::add);
    }
    for (LookAlikes.LookAlike thing : LookAlikes.draw(scene, visible, variantDice)) {
      drawn(thing.like(), thing.extent(), false, thing.plainness(), pose).ifPresent(drawn::add);
    }
    Phantom.Pixels pixels = pixels(scene, view, pose, exposure, scale, noiseDice);
    List<LesionBox> marks = reader.mark(drawn, pose.width(), pose.height(), readerDice);
    List<LesionBox> truth = drawn.stream().filter(Drawn::lesion).map(Drawn::box).toList();
    return new HardPhantom(
        new Phantom(seed, pixels, view, study.region(), pose.mirrored(), marks),
        truth,
        study.patient(),
        exposure,
        number,
        image + 1);
  }

  /** With its box; empty if more than half of it is beyond the image's edge. */
  private static Optional<Drawn> drawn(
      LesionType type, List<Point> extent, boolean lesion, double plainness, Pose pose) {
    double[] span = pose.span(extent, BOX_MARGIN);
    BoundingBox box = pose.box(extent, BOX_MARGIN);
    return box.area() < 0.5 * (span[2] - span[0]) * (span[3] - span[1])
        ? Optional.empty()
        : Optional.of(new Drawn(new LesionBox(type, box), lesion, plainness));
  }

  private static double plainness(Lesion lesion) {
    return lesion.type() == LesionType.SURGICAL_IMPLANT
        ? 1
        : Math.max(0, Math.min(1, (lesion.severity() + 0.55) / 1.3));
  }

  /** The patient's spine before illness: old discs are thinner, brittle endplates sink in. */
  private static Spine healthy(Study study, View view) {
    Patient patient = study.patient();
    Dice dice = new Dice(study.spine());
    Spine spine = Spine.random(view, study.region(), dice.split());
    Dice age = dice.split();
    boolean transitional = study.region() == Region.LUMBAR && age.chance(0.09);
    double scoliosis = age.chance(0.14) ? age.uniform(-0.11, 0.11) : 0;
    double phase = age.uniform(0, 2 * Math.PI);
    for (int i = 0; i < spine.levels().size(); i++) {
      Level level = spine.levels().get(i);
      double thin = 1 - 0.3 * patient.wear() * age.uniform(0, 1);
      if (transitional && i == 0) {
        // L5 joined to the sacrum: what is left of their disc is no illness.
        thin = 0.4;
      }
      double sunk = Math.max(0, 0.95 - patient.mineral()) * age.uniform(0, 0.28);
      double wedge = 1 - age.uniform(0, 0.07) * (0.4 + patient.wear());
      double bend = level.bend();
      if (view == View.AP) {
        bend += scoliosis * StrictMath.sin(phase + 0.55 * i);
      }
      boolean front = view == View.LATERAL;
      spine =
          spine.with(
              i,
              level
                  .withDisc(thin * level.disc(), bend)
                  .withBody(
                      front ? wedge * level.front() : level.front(),
                      level.back(),
                      level.waist() + sunk));
    }
    return spine;
  }

  private static Phantom.Pixels pixels(
      Scene scene, View view, Pose pose, Exposure exposure, double scale, Dice dice) {
    int w = pose.width();
    int h = pose.height();
    double unit = pose.pixelsPerMillimetre();
    float[] texture = new float[w * h];
    Grain.add(texture, w, h, Math.max(1.5, 0.9 * unit), 0.8, dice.split());
    Grain.add(texture, w, h, Math.max(2, 3.5 * unit), 0.5, dice.split());
    Renderer renderer = new Renderer(pose, texture, tissue(scene, pose, dice));
    renderer.add(scene.sharp());
    float[] attenuation = renderer.attenuation();
    for (int i = 0; i < attenuation.length; i++) {
      attenuation[i] = Math.max(0, attenuation[i]);
    }
    Renderer lead =
        new Renderer(new Pose(w, h, unit, 0, false, new Point(0, 0)), attenuation, attenuation);
    Point field = new Point(w / 2.0 / unit, h / 2.0 / unit);
    List<Shape> letters = Markers.of(view, pose.mirrored(), field, dice.split());
    lead.add(letters);
    return exposure.take(attenuation, w, h, scale, unit, dice.split());
  }

  /** What has no sharp edges, drawn coarsely and interpolated. */
  private static float[] tissue(Scene scene, Pose pose, Dice dice) {
    double cell = Math.max(1, 1.3 * pose.pixelsPerMillimetre());
    int w = (int) (pose.width() / cell) + 2;
    int h = (int) (pose.height() / cell) + 2;
    Pose coarse =
        new Pose(
            w,
            h,
            pose.pixelsPerMillimetre() / cell,
            pose.rotation(),
            pose.mirrored(),
            pose.centre());
    Renderer renderer = new Renderer(coarse, new float[w * h]);
    renderer.add(scene.soft());
    float[] attenuation = renderer.attenuation();
    // Fat between muscles, folds, vessels: nothing where there is no tissue.
    float[] grain = new float[w * h];
    Grain.add(grain, w, h, h / 6.0, 0.14, dice.split());
    Grain.add(grain, w, h, h / 24.0, 0.06, dice.split());
    Grain.add(grain, w, h, h / 70.0, 0.04, dice.split());
    Grain.add(grain, w, h, 1.1, 0.025, dice.split());
    for (int i = 0; i < attenuation.length; i++) {
      attenuation[i] += Math.max(0, Math.min(1, attenuation[i])) * grain[i];
    }
    float[] field = new float[pose.width() * pose.height()];
    Grain.spread(attenuation, w, field, pose.width(), pose.height(), cell);
    return field;
  }

  private static Pose pose(Spine spine, Exposure exposure, double scale, Dice dice) {
    double unit = exposure.height() * scale / spine.fieldHeight();
    double fieldWidth = exposure.width() / (double) exposure.height() * spine.fieldHeight();
    boolean lateral = spine.view() == View.LATERAL;
    // Now and then the spine is not where it should be.
    boolean cropped = dice.chance(0.12);
    double ahead =
        cropped
            ? dice.uniform(-0.26, 0.26)
            : lateral ? dice.uniform(-0.04, 0.14) : dice.uniform(-0.07, 0.07);
    double along = cropped ? dice.uniform(-0.14, 0.14) : dice.uniform(-0.04, 0.04);
    return new Pose(
        Math.max(1, (int) Math.round(exposure.width() * scale)),
        Math.max(1, (int) Math.round(exposure.height() * scale)),
        unit,
        dice.chance(0.15) ? dice.uniform(-0.22, 0.22) : dice.uniform(-0.06, 0.06),
        lateral && dice.chance(0.5),
        new Point(ahead * fieldWidth, along * spine.fieldHeight()));
  }
}
