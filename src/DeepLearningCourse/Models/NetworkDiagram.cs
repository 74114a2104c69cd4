using System.Text;
using DeepLearningCourse.Models.Diagrams;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Models;

/// <summary>A network drawn as boxes in the order of the data, with the shapes on the arrows.</summary>
/// <remarks>
/// <para>A box is one call of a layer that has no layers inside; those inside another layer stand in a frame with its name.
/// Below the name stands the layer in PyTorch's words.</para>
/// <para>An arrow is drawn through where a layer got what another gave, or a view of it; circles are sums, products
/// and concatenations that <c>forward</c> itself computes. A dashed arrow says that other operations of <c>forward</c> stand between: it comes from the
/// layers whose outputs nothing had used until then.</para>
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class NetworkDiagram : IHasHtml
{
    private readonly DiagramGraph graph;

    internal NetworkDiagram(DiagramGraph graph) => this.graph = graph;

    /// <summary>The drawing as a picture that needs no other file.</summary>
    /// <returns>An svg element with a light background of its own.</returns>
    public string ToSvg() => SvgDrawing.Of(graph);

    /// <summary>The drawing as text in the language of <see href="https://mermaid.js.org">Mermaid</see>, which many pages and editors draw.</summary>
    /// <returns>A flowchart.</returns>
    public string ToMermaid() => MermaidText.Of(graph);

    /// <summary>Writes the picture to a file; one that is there is replaced.</summary>
    /// <param name="path">The file, usually with the extension .svg. Its folder must exist.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSvg(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToSvg())));
    }

    /// <summary>The picture for a page or a notebook.</summary>
    /// <returns>What <see cref="ToSvg"/> gives.</returns>
    public string ToHtml() => ToSvg();

    /// <summary>The drawing as text.</summary>
    /// <returns>What <see cref="ToMermaid"/> gives.</returns>
    public override string ToString() => ToMermaid();
}
