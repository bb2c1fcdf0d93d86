package io.spinexr.phantom;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.drawing.Acquisition;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Grain;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Pose;
import io.spinexr.phantom.drawing.Renderer;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws spine radiographs of people who do not exist, with exact ground truth.
 *
 * <p>A seed alone decides a phantom, on every machine and in every thread. Half of the phantoms are
 * normal. The others have one to four lesions of the seven detected types, most of them plain, some
 * subtle. The spine and what surrounds it are shapes whose attenuation along the beam is summed; a
 * detector model adds scatter, quantum noise, collimation and display processing.
 */
public final class PhantomGenerator {

  /** The phantom of this seed at full size: 600 to 900 rows, 450 to 700 columns. */
  public Phantom generate(long seed) {
    return generate(seed, 1);
  }

  /**
   * The phantom of this seed in another size: the same patient, pose and lesions at another
   * resolution, with the noise that reducing the full-size image would leave. Time grows with the
   * number of pixels.
   *
   * @param scale of width and height, in (0, 4]
   */
  public Phantom generate(long seed, double scale) {
    return generate(seed, scale, true);
  }

  /** With {@code diseased} false: the same patient, had all lesions never come. */
  Phantom generate(long seed, double scale, boolean diseased) {
    if (!(scale > 0 && scale <= 4)) {
      throw new IllegalArgumentException("scale must be in (0, 4], but is " + scale);
    }
    Dice root = new Dice(seed);
    Dice planDice = root.split();
    Dice spineDice = root.split();
    Dice poseDice = root.split();
    Dice surroundingsDice = root.split();
    Dice boneDice = root.split();
    Dice markerDice = root.split();
    Dice noiseDice = root.split();

    List<LesionType> types = LesionPlan.types(planDice);
    boolean foraminal = types.contains(LesionType.FORAMINAL_STENOSIS);
    // Normal and abnormal spines shall come in the same views and regions.
    View view = foraminal || planDice.chance(0.5) ? View.LATERAL : View.AP;
    if (types.isEmpty() && planDice.chance(0.26)) {
      view = View.LATERAL;
    }
    Region region =
        planDice.pick(
            List.of(
                Region.LUMBAR,
                Region.LUMBAR,
                Region.LUMBAR,
                Region.CERVICAL,
                Region.CERVICAL,
                Region.THORACIC,
                Region.THORACIC));

    Spine healthy = Spine.random(view, region, spineDice);
    Acquisition acquisition = Acquisition.random(poseDice);
    Pose pose = pose(healthy, acquisition, scale, poseDice);

    List<Lesion> lesions =
        LesionPlan.place(
            types,
            healthy,
            healthy.within(pose, acquisition.collimation().margins(), 0.05),
            planDice);
    if (!diseased) {
      lesions = List.of();
    }
    Spine spine = healthy;
    for (Lesion lesion : lesions) {
      spine = Pathology.deform(spine, lesion);
    }

    int w = pose.width();
    int h = pose.height();
    float[] texture = new float[w * h];
    double pixelsPerMillimetre = pose.pixelsPerMillimetre();
    Grain.add(texture, w, h, Math.max(2, 1.1 * pixelsPerMillimetre), 0.7, noiseDice.split());
    Grain.add(texture, w, h, Math.max(2, 4 * pixelsPerMillimetre), 0.5, noiseDice.split());
    Renderer renderer = new Renderer(pose, texture);
    renderer.add(Surroundings.of(spine, surroundingsDice));
    renderer.add(Bones.of(spine, boneDice));
    List<LesionBox> boxes = new ArrayList<>();
    for (Lesion lesion : lesions) {
      Pathology.Drawing drawing = Pathology.draw(spine, lesion);
      renderer.add(drawing.shapes());
      boxes.add(new LesionBox(lesion.type(), pose.box(drawing.extent(), 0.8)));
    }
    float[] attenuation = renderer.attenuation();
    Grain.add(attenuation, w, h, h / 7.0, 0.12, noiseDice.split());
    Grain.add(attenuation, w, h, h / 30.0, 0.04, noiseDice.split());
    Grain.add(attenuation, w, h, h / 90.0, 0.03, noiseDice.split());

    Pose upright = new Pose(w, h, pixelsPerMillimetre, 0, false, new Point(0, 0));
    Point field = new Point(w / 2.0 / pixelsPerMillimetre, h / 2.0 / pixelsPerMillimetre);
    Renderer markers = new Renderer(upright, texture);
    markers.add(Markers.of(view, pose.mirrored(), field, markerDice));
    for (int i = 0; i < attenuation.length; i++) {
      attenuation[i] = Math.max(0, attenuation[i]) + markers.attenuation()[i];
    }

    short[] pixels = acquisition.expose(attenuation, w, h, scale, noiseDice.split());
    if (acquisition.monochrome1()) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (short) (Acquisition.LARGEST - pixels[i]);
      }
    }
    return new Phantom(
        seed,
        new Phantom.Pixels(
            w,
            h,
            pixels,
            Acquisition.BITS,
            acquisition.monochrome1(),
            Phantom.Pixels.Window.NONE,
            1 / pixelsPerMillimetre),
        view,
        region,
        pose.mirrored(),
        boxes);
  }

  private static Pose pose(Spine spine, Acquisition acquisition, double scale, Dice dice) {
    int width = Math.max(1, (int) Math.round(acquisition.width() * scale));
    int height = Math.max(1, (int) Math.round(acquisition.height() * scale));
    double pixelsPerMillimetre = acquisition.height() * scale / spine.fieldHeight();
    double fieldWidth = acquisition.width() * scale / pixelsPerMillimetre;
    boolean lateral = spine.view() == View.LATERAL;
    double ahead = lateral ? dice.uniform(-0.02, 0.1) : dice.uniform(-0.06, 0.06);
    return new Pose(
        width,
        height,
        pixelsPerMillimetre,
        dice.uniform(-0.09, 0.09),
        lateral && dice.chance(0.5),
        new Point(ahead * fieldWidth, dice.uniform(-0.02, 0.02) * spine.fieldHeight()));
  }
}
