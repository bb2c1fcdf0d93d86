package io.spinexr.phantom;

/**
 * The measures of one vertebra and of the disc above it. Lengths in millimetres, angles in radians.
 *
 * @param width of the body from back to front
 * @param front height of its front wall
 * @param back height of its back wall
 * @param waist how far its endplates sink in, as a share of the height
 * @param disc mean height of the disc above
 * @param bend how much further to the front the next vertebra tilts
 * @param slip how far the next vertebra stands to the front
 * @param foramen how open the nerve's exit between this vertebra and the next is: 1 is healthy
 */
public record Level(
    double width,
    double front,
    double back,
    double waist,
    double disc,
    double bend,
    double slip,
    double foramen) {

  public Level withDisc(double disc, double bend) {
    return new Level(width, front, back, waist, disc, bend, slip, foramen);
  }

  public Level withSlip(double slip) {
    return new Level(width, front, back, waist, disc, bend, slip, foramen);
  }

  public Level withBody(double front, double back, double waist) {
    return new Level(width, front, back, waist, disc, bend, slip, foramen);
  }

  public Level withForamen(double foramen) {
    return new Level(width, front, back, waist, disc, bend, slip, foramen);
  }
}
