package io.dynamo.examples.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what {@link DurabilityFigures} has measured, as docs/performance.md shows it. */
public final class DurabilityPlot {

    private static final Color[] COLORS = {
        new Color(0xb2, 0x18, 0x2b),
        new Color(0x4e, 0x9a, 0xd0),
        new Color(0xe0, 0x8a, 0x1e),
        new Color(0x08, 0x30, 0x6b)
    };

    private DurabilityPlot() {}

    /** The slowest thousandth, turn by turn. */
    private record Line(List<Double> turns, List<Double> millis) {
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
        List<String> rows = Files.readAllLines(Path.of(args[0]));
        List<XYChart> charts = List.of(chart("put", rows), chart("get", rows));
        BitmapEncoder.saveBitmap(charts, 2, 1, args[1], BitmapFormat.PNG);
    }

    private static XYChart chart(String operation, List<String> rows) {
        Map<String, Line> lines = new LinkedHashMap<>();
        List.of("sync", "buffered", "one-of-n", "write-buffer").forEach(store -> lines.put(store, new Line()));
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            Line line = lines.get(cells[0]);
            if (line != null && cells[2].equals(operation)) {
                line.turns().add(Double.parseDouble(cells[1]) + 1);
                line.millis().add(Double.valueOf(cells[6]));
            }
        }
        XYChart chart = new XYChartBuilder()
                .width(1_000)
                .height(380)
                .title("99.9th percentile of " + operation + "s by what an acknowledgement means")
                .xAxisTitle("turn")
                .yAxisTitle("ms")
                .build();
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setSeriesColors(COLORS);
        lines.forEach((store, line) -> chart.addSeries(store, line.turns(), line.millis()));
        return chart;
    }
}
