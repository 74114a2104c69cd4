using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training.Display;

/// <summary>A small drawing of curves for a page: an svg element without scripts, fonts or files, in the page's colour of text.</summary>
internal sealed class InlineCurve
{
    private const double Left = 70;
    private const double Right = 410;
    private const double Top = 12;
    private const double Bottom = 128;

    // More points than this cannot be told apart.
    private const int MostPoints = 150;

    // From this ratio on the small values would lie on the axis.
    private const double LogarithmicFrom = 50;

    private readonly IReadOnlyList<CurveLine> lines;
    private readonly Axis x;
    private readonly Axis y;
    private readonly StringBuilder text = new();

    private InlineCurve(IReadOnlyList<CurveLine> lines, bool logarithmic)
    {
        this.lines = lines;
        var points = lines.SelectMany(line => line.Points).Where(IsFinite).ToList();
        x = Axis.Over(points.Select(point => point.X), Left, Right, logarithmic);
        var values = points.ConvertAll(point => point.Y);
        y = Axis.Over(values, Bottom, Top, values.Min() > 0 && values.Max() / values.Min() >= LogarithmicFrom);
    }

    /// <summary>The drawing; empty if no line has two points.</summary>
    /// <param name="xName">What lies on the horizontal axis.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="logarithmic">Whether the horizontal axis is logarithmic.</param>
    public static string Of(string xName, IReadOnlyList<CurveLine> lines, bool logarithmic = false)
    {
        List<CurveLine> drawn = [.. lines.Where(line => line.Points.Any(IsFinite))];
        return drawn.Exists(line => line.Points.Count(IsFinite) > 1) ? new InlineCurve(drawn, logarithmic).Draw(xName) : "";
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private string Draw(string xName)
    {
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{HtmlText.Encode(string.Join(", ", lines.Select(line => line.Name)))} by {HtmlText.Encode(xName)}\" ");
        text.Append("width=\"420\" height=\"165\" viewBox=\"0 0 420 165\" style=\"display:block;max-width:100%;font:11px sans-serif\" fill=\"currentColor\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Top}V{Bottom}H{Right}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.5\"/>\n");
        Label(Left - 6, Top + 4, "end", Figures.Number(y.Max));
        Label(Left - 6, Bottom + 4, "end", Figures.Number(y.Min));
        Label(Left, Bottom + 14, "start", Figures.LearningRate(x.Min));
        Label(Right, Bottom + 14, "end", Figures.LearningRate(x.Max));
        Label((Left + Right) / 2, Bottom + 14, "middle", xName + (y.IsLogarithmic ? " (loss on a logarithmic scale)" : ""));
        var legend = Left;

        foreach (var line in lines)
        {
            AppendLine(line);
            text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{legend:0.#} {Bottom + 26}h24\" fill=\"none\" {Stroke(line)}/>\n");
            Label(legend + 30, Bottom + 30, "start", line.Name);
            legend += 60 + (7 * line.Name.Length);
        }

        return text.Append("</svg>").ToString();
    }

    private void AppendLine(CurveLine line)
    {
        var every = Math.Max(1, (line.Points.Count + MostPoints - 1) / MostPoints);
        List<(double, double)> run = [];

        for (var i = 0; i < line.Points.Count; i++)
        {
            if (!IsFinite(line.Points[i]))
            {
                AppendRun(line, run);
                run = [];
            }
            else if (i % every == 0 || i == line.Points.Count - 1)
            {
                run.Add(line.Points[i]);
            }
        }

        AppendRun(line, run);
    }

    private void AppendRun(CurveLine line, List<(double X, double Y)> run)
    {
        if (run.Count == 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x.Place(run[0].X):0.#}\" cy=\"{y.Place(run[0].Y):0.#}\" r=\"2.5\" fill=\"{line.Color}\"/>\n");
        }
        else if (run.Count > 1)
        {
            var points = run.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x.Place(point.X):0.#},{y.Place(point.Y):0.#}"));
            text.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" {Stroke(line)}/>\n");
        }
    }

    private static string Stroke(CurveLine line) =>
        $"stroke=\"{line.Color}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"{(line.Dashes.Length > 0 ? $" stroke-dasharray=\"{line.Dashes}\"" : "")}";

    private void Label(double left, double baseline, string anchor, string label) => text.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{left:0.#}\" y=\"{baseline:0.#}\" text-anchor=\"{anchor}\">{HtmlText.Encode(label)}</text>\n");

    private sealed record Axis(double Min, double Max, double From, double To, bool IsLogarithmic)
    {
        public static Axis Over(IEnumerable<double> values, double from, double to, bool logarithmic)
        {
            var all = values.ToList();
            return new Axis(all.Min(), all.Max(), from, to, logarithmic && all.Min() > 0);
        }

        public double Place(double value) => Max > Min ? From + ((To - From) * (Scale(value) - Scale(Min)) / (Scale(Max) - Scale(Min))) : (From + To) / 2;

        private double Scale(double value) => IsLogarithmic ? Math.Log(value) : value;
    }
}
