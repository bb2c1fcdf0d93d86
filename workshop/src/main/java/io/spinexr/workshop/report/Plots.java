package io.spinexr.workshop.report;

import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.FrocCurve;
import io.spinexr.evaluation.PrecisionRecallCurve;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoreHistogram;
import io.spinexr.evaluation.calibration.CalibrationCurve;
import io.spinexr.workshop.evaluation.Curves;
import io.spinexr.workshop.evaluation.Curves.BandPoint;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The curves of an evaluation, each as an SVG element for a page. */
final class Plots {
  /** A plot with what it shows, in words for who does not see it. */
  record Plot(String title, String svg, String text) {}

  private static final int WIDTH = 480;
  private static final int HEIGHT = 400;
  private static final int BINS = 20;
  private static final Color INK = new Color(0x1b4f72);
  private static final Color BAND = new Color(0xd3, 0xe2, 0xee);
  private static final Color SECOND = new Color(0xb4531f);
  private static final Color QUIET = new Color(0x808080);

  private static final Pattern CLIP = Pattern.compile("clip-?\\d+");

  private Plots() {}

  /** Every plot that there is: FROC only if lesions are annotated. */
  static List<Plot> of(Curves curves, ConfusionMatrix atThreshold) {
    List<Plot> plots =
        new ArrayList<>(
            List.of(
                roc(curves, atThreshold),
                precisionRecall(curves, atThreshold),
                calibration(curves),
                histogram(curves)));
    froc(curves).ifPresent(plots::add);
    return plots;
  }

  private static Plot roc(Curves curves, ConfusionMatrix atThreshold) {
    XYChart chart = chart("1 - specificity", "sensitivity");
    band(chart, curves.rocBand());
    double[] x = coordinates(curves.roc().points(), RocCurve.Point::falsePositiveRate);
    double[] y = coordinates(curves.roc().points(), RocCurve.Point::sensitivity);
    line(
        chart,
        "ensemble",
        DoubleStream.concat(DoubleStream.of(0), DoubleStream.of(x)).toArray(),
        DoubleStream.concat(DoubleStream.of(0), DoubleStream.of(y)).toArray(),
        INK,
        null);
    chance(chart, "chance");
    point(chart, 1 - atThreshold.specificity(), atThreshold.sensitivity());
    return plot(
        "ROC",
        chart,
        "Area %s; at c* sensitivity %s, specificity %s.",
        curves.roc().area(),
        atThreshold.sensitivity(),
        atThreshold.specificity());
  }

  private static Plot precisionRecall(Curves curves, ConfusionMatrix atThreshold) {
    XYChart chart = chart("recall (sensitivity)", "precision");
    band(chart, curves.precisionBand());
    List<PrecisionRecallCurve.Point> points = curves.precisionRecall().points();
    line(
        chart,
        "ensemble",
        coordinates(points, PrecisionRecallCurve.Point::recall),
        coordinates(points, PrecisionRecallCurve.Point::precision),
        INK,
        null);
    if (!Double.isNaN(atThreshold.precision())) {
      point(chart, atThreshold.sensitivity(), atThreshold.precision());
    }
    return plot(
        "Precision and recall",
        chart,
        "Average precision %s; at c* recall %s, precision %s.",
        curves.precisionRecall().averagePrecision(),
        atThreshold.sensitivity(),
        atThreshold.precision());
  }

  private static Plot calibration(Curves curves) {
    XYChart chart = chart("probability that is said", "share that is abnormal");
    List<CalibrationCurve.Point> points = curves.calibration().points();
    line(
        chart,
        "images in %d bins".formatted(CalibrationCurve.BINS),
        coordinates(points, CalibrationCurve.Point::probability),
        coordinates(points, CalibrationCurve.Point::abnormal),
        INK,
        SeriesMarkers.CIRCLE);
    chance(chart, "calibrated");
    return plot(
        "Calibration",
        chart,
        "Expected calibration error %s; Brier score %s; logarithmic loss %s.",
        curves.calibration().expectedError(),
        curves.brier(),
        curves.logLoss());
  }

  private static Plot histogram(Curves curves) {
    List<ScoreHistogram.Bin> bins = ScoreHistogram.of(curves.labels(), BINS).bins();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("probability that is said, up to")
            .yAxisTitle("images")
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisDecimalPattern("0.00").setXAxisLabelRotation(90);
    chart.getStyler().setAvailableSpaceFill(0.9);
    List<Double> edges = bins.stream().map(ScoreHistogram.Bin::high).toList();
    chart
        .addSeries("normal", edges, bins.stream().map(ScoreHistogram.Bin::normal).toList())
        .setFillColor(new Color(0x7fa8c9));
    chart
        .addSeries("abnormal", edges, bins.stream().map(ScoreHistogram.Bin::abnormal).toList())
        .setFillColor(SECOND);
    return plot("Probabilities by truth", chart, "Of how many images which probability was said.");
  }

  private static Optional<Plot> froc(Curves curves) {
    if (curves.alone().isEmpty() || curves.fused().isEmpty()) {
      return Optional.empty();
    }
    XYChart chart = chart("false alarms per image", "share of lesions that is found");
    chart.getStyler().setXAxisMax(null).setXAxisTickMarkSpacingHint(90);
    chart.getStyler().setXAxisDecimalPattern("0.##");
    froc(chart, "detector alone", curves.alone().get(), INK);
    froc(chart, "with the decision rule", curves.fused().get(), SECOND);
    return Optional.of(
        plot(
            "FROC, all types, IoU 0.5",
            chart,
            "Found at one false alarm per image: alone %s, with the rule %s.",
            curves.alone().get().sensitivityAt(1),
            curves.fused().get().sensitivityAt(1)));
  }

  private static void froc(XYChart chart, String name, FrocCurve curve, Color color) {
    if (!curve.points().isEmpty()) {
      line(
          chart,
          name,
          coordinates(curve.points(), FrocCurve.Point::falsePositivesPerImage),
          coordinates(curve.points(), FrocCurve.Point::sensitivity),
          color,
          null);
    }
  }

  private static XYChart chart(String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    style(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setXAxisDecimalPattern("0.0").setYAxisDecimalPattern("0.0");
    return chart;
  }

  private static void style(AxesChartStyler style) {
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotGridLinesColor(new Color(0xe2e2e2));
    // Within the plot it would cover bars and curves.
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartTitleVisible(false);
  }

  private static void band(XYChart chart, List<BandPoint> band) {
    List<BandPoint> reversed = new ArrayList<>(band);
    Collections.reverse(reversed);
    double[] x =
        DoubleStream.concat(
                band.stream().mapToDouble(BandPoint::x),
                reversed.stream().mapToDouble(BandPoint::x))
            .toArray();
    double[] y =
        DoubleStream.concat(
                band.stream().mapToDouble(point -> point.interval().low()),
                reversed.stream().mapToDouble(point -> point.interval().high()))
            .toArray();
    XYSeries series = chart.addSeries("95 % at each place", x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    series.setMarker(SeriesMarkers.NONE).setLineColor(BAND);
    series.setFillColor(BAND);
  }

  private static void line(
      XYChart chart, String name, double[] x, double[] y, Color color, @Nullable Marker marker) {
    int[] kept = visible(x, y);
    XYSeries series =
        chart.addSeries(
            name,
            IntStream.of(kept).mapToDouble(i -> x[i]).toArray(),
            IntStream.of(kept).mapToDouble(i -> y[i]).toArray());
    series.setLineColor(color).setLineStyle(new BasicStroke(2));
    series.setMarker(marker == null ? SeriesMarkers.NONE : marker).setMarkerColor(color);
  }

  /**
   * Places of the points that are a pixel or so from the one before, and of the last. A curve over
   * thousands of images would make the page large.
   */
  private static int[] visible(double[] x, double[] y) {
    double width = DoubleStream.of(x).max().orElse(1) / WIDTH;
    double height = 1.0 / HEIGHT;
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      int last = kept.isEmpty() ? i : kept.get(kept.size() - 1);
      if (i == last
          || i + 1 == x.length
          || Math.abs(x[i] - x[last]) >= width
          || Math.abs(y[i] - y[last]) >= height) {
        kept.add(i);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void chance(XYChart chart, String name) {
    XYSeries series = chart.addSeries(name, new double[] {0, 1}, new double[] {0, 1});
    series.setLineColor(QUIET).setLineStyle(SeriesLines.DASH_DASH);
    series.setMarker(SeriesMarkers.NONE);
  }

  private static void point(XYChart chart, double x, double y) {
    XYSeries series = chart.addSeries("at c*", new double[] {x}, new double[] {y});
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(SECOND);
  }

  private static <P> double[] coordinates(List<P> points, ToDoubleFunction<P> coordinate) {
    return points.stream().mapToDouble(coordinate).toArray();
  }

  private static Plot plot(String title, Chart<?, ?> chart, String text, Object... figures) {
    Object[] rounded = new Object[figures.length];
    for (int i = 0; i < figures.length; i++) {
      rounded[i] = String.format(Locale.ROOT, "%.4f", figures[i]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Plot(
        title, inline(title, bytes.toString(StandardCharsets.UTF_8)), text.formatted(rounded));
  }

  /** As an element of a page, which holds other plots, too; the same for the same curves. */
  private static String inline(String title, String document) {
    List<String> clips =
        CLIP.matcher(document).results().map(MatchResult::group).distinct().toList();
    String prefix = title.replaceAll("\\W", "");
    return CLIP.matcher(document.substring(document.indexOf("<svg")))
        .replaceAll(clip -> prefix + clips.indexOf(clip.group()))
        .replaceAll("\\s+xmlns(:\\w+)?=\"[^\"]*\"", "")
        .replaceAll("(\\.\\d\\d)\\d+", "$1")
        .replaceAll("\\s+", " ")
        .replace("<svg", "<svg role=\"img\" aria-label=\"%s\"".formatted(title))
        .strip();
  }
}
