using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearningCourse.Training.Display;

/// <summary>Lines of text for a console; much cheaper to draw than a table or paragraphs, whose words are measured one by one.</summary>
internal sealed class SegmentLines : IRenderable
{
    private readonly List<Segment> segments = [];

    public void Add(string text) => Add(text, Style.Plain);

    public void Add(string text, Style style)
    {
        if (text.Length > 0)
        {
            segments.Add(new Segment(text, style));
        }
    }

    public void EndLine() => segments.Add(Segment.LineBreak);

    public Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        // A line that the terminal broke on its own would put the next frame into the wrong place.
        foreach (var line in Segment.SplitLines(segments, maxWidth))
        {
            foreach (var segment in line)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }
}
