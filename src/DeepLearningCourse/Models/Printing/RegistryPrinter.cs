using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>Writes a network's registry as PyTorch's <c>print(model)</c> does.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/notes/modules.html"/></remarks>
internal static class RegistryPrinter
{
    public static string Print(nn.Module module)
    {
        var parameters = ContainerText.ParameterLines(module).ToList();
        var children = Children(module);
        if (children.Count == 0 && parameters.Count < 2)
        {
            return parameters.Count == 0 ? LayerText.Of(module) : $"{LayerText.ClassName(module)}({parameters[0]})";
        }

        var lines = ContainerText.IsModuleList(module) ? Collapse(children) : children;
        return $"{LayerText.ClassName(module)}(\n"
            + string.Concat(parameters.Select(line => $"  {line}\n"))
            + string.Concat(lines.Select(line => $"  ({line.name}): {Indent(line.text)}\n"))
            + ")";
    }

    private static List<(string name, string text)> Children(nn.Module module) =>
        [.. HiddenParts.Of(module), .. ContainerText.Children(module).Select(child => (child.Name, Print(child.Module)))];

    /// <summary>PyTorch writes equal neighbours of a ModuleList once: <c>(0-2): 3 x Linear(...)</c>.</summary>
    private static List<(string name, string text)> Collapse(List<(string name, string text)> children)
    {
        List<(string, string)> lines = [];
        for (int first = 0, next; first < children.Count; first = next)
        {
            next = first + 1;
            while (next < children.Count && children[next].text == children[first].text)
            {
                next++;
            }

            var count = next - first;
            lines.Add(count == 1
                ? children[first]
                : ($"{children[first].name}-{children[next - 1].name}",
                    count.ToString(CultureInfo.InvariantCulture) + " x " + children[first].text));
        }

        return lines;
    }

    private static string Indent(string text) => text.Replace("\n", "\n  ", StringComparison.Ordinal);
}
