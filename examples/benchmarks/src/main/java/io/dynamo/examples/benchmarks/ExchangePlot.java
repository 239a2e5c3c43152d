package io.dynamo.examples.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what {@code ExchangeFigures} of dynamo-core's tests has measured, as docs/performance.md shows it. */
public final class ExchangePlot {

    private static final Color[] COLORS = {
        new Color(0x9e, 0xca, 0xe1),
        new Color(0x4e, 0x9a, 0xd0),
        new Color(0x1f, 0x66, 0xa8),
        new Color(0x08, 0x30, 0x6b)
    };

    private static final int DPI = 144;

    private ExchangePlot() {}

    /** Digests by the number of differences, both greater than none. */
    private record Line(List<Double> differences, List<Double> digests) {
        Line() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Draws.
     *
     * @param args the table as CSV, and the picture to be written, without its ending
     * @throws IOException if one of them cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        Map<Integer, Line> lines = new TreeMap<>();
        List<String> rows = Files.readAllLines(Path.of(args[0]));
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            if (!cells[1].equals("0")) {
                Line line = lines.computeIfAbsent(Integer.valueOf(cells[0]), n -> new Line());
                line.differences().add(Double.valueOf(cells[1]));
                line.digests().add(Double.valueOf(cells[2]));
            }
        }
        BitmapEncoder.saveBitmapWithDPI(chart(lines), args[1], BitmapFormat.PNG, DPI);
    }

    private static XYChart chart(Map<Integer, Line> lines) {
        XYChart chart = new XYChartBuilder()
                .width(760)
                .height(420)
                .title("What two owners tell each other to find d differences among n records")
                .xAxisTitle("d, records that differ")
                .yAxisTitle("digests sent")
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.InsideNW)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setSeriesColors(COLORS);
        lines.forEach((n, line) ->
                chart.addSeries(String.format(Locale.ROOT, "n = %,d", n), line.differences(), line.digests()));
        return chart;
    }
}
