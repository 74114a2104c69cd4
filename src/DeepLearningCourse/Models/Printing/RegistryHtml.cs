using System.Globalization;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Runtime.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>Writes a network's registry as a tree of HTML, in the words of <see cref="RegistryPrinter"/>, with shapes and numbers of parameters.</summary>
internal sealed class RegistryHtml
{
    // Deeper branches are closed, so that a large network is no long page.
    private const int OpenDepth = 2;

    private readonly HashSet<nint> counted = [];

    private RegistryHtml()
    {
    }

    public static string Of(nn.Module network) =>
        $"<div style=\"font-family:monospace;font-size:90%;line-height:1.5\">\n{new RegistryHtml().Branch(network, "", 0).Html}</div>";

    /// <summary>A layer with those inside it, and the numbers in its parameters, each parameter once.</summary>
    private (string Html, long Count) Branch(nn.Module layer, string label, int depth)
    {
        var children = Children(layer);
        List<string> hidden = [.. HiddenParts.Of(layer).Select(part => Line($"({part.Name}): ", part.Text, ""))];
        var (own, count) = Parameters(layer);

        if (children.Count == 0 && hidden.Count == 0 && depth > 0)
        {
            return (Line(label, LayerText.Of(layer), Note(own, count)), count);
        }

        StringBuilder inside = new();
        inside.AppendJoin("", hidden);

        foreach (var (name, child, times) in children)
        {
            var (html, within) = Branch(child, name, depth + 1);
            // Equal neighbours are written once and counted all.
            foreach (var other in times)
            {
                within += Branch(other, name, depth + 1).Count;
            }

            inside.Append(html);
            count += within;
        }

        var title = children.Count == 0 ? LayerText.Of(layer) : LayerText.ClassName(layer);
        var summary = $"{HtmlText.Encode(label)}<b>{HtmlText.Encode(title)}</b>{HtmlText.Faint(Note(own, count))}";
        return ($"<details{(depth < OpenDepth ? " open=\"open\"" : "")} style=\"margin-left:{(depth == 0 ? 0 : 18)}px\"><summary style=\"cursor:pointer\">{summary}</summary>\n{inside}</details>\n", count);
    }

    private static List<(string Label, nn.Module Layer, List<nn.Module> Equal)> Children(nn.Module layer)
    {
        List<(string First, string Last, nn.Module Layer, string Text, List<nn.Module> Equal)> groups = [];
        var collapses = ContainerText.IsModuleList(layer);

        foreach (var (name, child) in ContainerText.Children(layer))
        {
            var text = collapses ? RegistryPrinter.Print(child) : "";

            if (collapses && groups is [.., var before] && before.Text == text)
            {
                before.Equal.Add(child);
                groups[^1] = before with { Last = name };
            }
            else
            {
                groups.Add((name, name, child, text, []));
            }
        }

        return groups.ConvertAll(group => (group.Equal.Count == 0
            ? $"({group.First}): "
            : string.Create(CultureInfo.InvariantCulture, $"({group.First}-{group.Last}): {group.Equal.Count + 1} x "), group.Layer, group.Equal));
    }

    /// <summary>The parameters of a layer itself in words, and the numbers in those that no layer before it had.</summary>
    private (string Text, long Count) Parameters(nn.Module layer)
    {
        var parameters = layer.named_parameters(recurse: false).ToList();
        var count = parameters.Where(entry => TensorIdentity.Of(entry.parameter) is var tensor and not 0 && counted.Add(tensor)).Sum(entry => entry.parameter.numel());
        return (string.Join(", ", parameters.Select(entry => Text(entry.name, entry.parameter))), count);
    }

    private static string Text(string name, Tensor parameter)
    {
        if (parameter.IsInvalid)
        {
            return $"{name} (disposed)";
        }

        var shape = parameter is LazyParameter { IsWaiting: true } ? "of a size that the first input shows" : Shapes.Text(parameter);
        var type = parameter.dtype == ScalarType.Float32 ? "" : " " + PythonText.Names(parameter.dtype).Type["torch.".Length..];
        return $"{name} {shape}{type}{(parameter.requires_grad ? "" : " frozen")}";
    }

    private static string Note(string own, long count)
    {
        var number = count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} parameter{(count == 1 ? "" : "s")}");
        return string.Concat(new[] { own, number }.Where(part => part.Length > 0).Select(part => $" \u00B7 {part}"));
    }

    private static string Line(string label, string text, string note) =>
        $"<div style=\"margin-left:18px;padding-left:14px\">{HtmlText.Encode(label)}{HtmlText.Encode(text)}{HtmlText.Faint(note)}</div>\n";
}
