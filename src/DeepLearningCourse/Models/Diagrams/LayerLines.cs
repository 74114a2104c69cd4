using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>A layer's text in a few short lines.</summary>
internal static class LayerLines
{
    private const double Width = 340;
    private const int Most = 3;

    public static IReadOnlyList<string> Of(nn.Module layer)
    {
        List<string> lines = [""];

        foreach (var word in LayerText.Of(layer).Split('\n')[0].Split(' '))
        {
            var longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";

            if (lines[^1].Length == 0 || TextWidth.Of(longer, TextWidth.Small) <= Width)
            {
                lines[^1] = longer;
            }
            else
            {
                lines.Add(word);
            }
        }

        if (lines.Count > Most)
        {
            lines = [.. lines[..Most]];
            lines[^1] += " …";
        }

        return [.. lines.Select(line => TextWidth.CutEnd(line, TextWidth.Small, Width + 15))];
    }
}
