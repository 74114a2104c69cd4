using System.Text;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>A console that may be gone, as a terminal that was closed: what cannot be written there costs the run nothing.</summary>
internal sealed class UnfailingWriter(TextWriter console) : TextWriter
{
    public override Encoding Encoding => console.Encoding;

    public override void Write(char value) => Try(() => console.Write(value));

    public override void Write(string? value) => Try(() => console.Write(value));

    public override void WriteLine(string? value) => Try(() => console.WriteLine(value));

    public override void Flush() => Try(console.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // Nobody reads it any more. What the cells show is in the file.
        }
    }
}
