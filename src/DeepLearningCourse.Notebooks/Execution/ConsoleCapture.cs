using System.Text;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Sends what is written to the console, from whatever thread, to the cell that runs, and questions to its person.</summary>
internal sealed class ConsoleCapture : IDisposable
{
    private readonly TextWriter outBefore = Console.Out;
    private readonly TextWriter errorBefore = Console.Error;
    private readonly TextReader inBefore = Console.In;

    public ConsoleCapture() => Renew();

    /// <summary>Takes the console with locks of its own, in place of those that an aborted thread may have left taken.</summary>
    public void Renew()
    {
        Console.SetOut(new Writer(outBefore, static (output, text) => output.WriteOut(text)));
        Console.SetError(new Writer(errorBefore, static (output, text) => output.WriteError(text)));
        Console.SetIn(new Reader());
    }

    public void Dispose()
    {
        Console.SetOut(outBefore);
        Console.SetError(errorBefore);
        Console.SetIn(inBefore);
    }

    private sealed class Writer(TextWriter before, Action<ICellOutput, string> write) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

        public override void WriteLine(string? value) => Write(value + CoreNewLine.AsSpan().ToString());

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return;
            }

            if (CellHost.Output is { } output)
            {
                write(output, value);
            }
            else
            {
                before.Write(value);
            }
        }
    }

    private sealed class Reader : TextReader
    {
        private string rest = "";

        public override int Peek() => rest.Length > 0 ? rest[0] : -1;

        public override int Read()
        {
            if (rest.Length == 0)
            {
                rest = ReadLine() + "\n";
            }

            var first = rest[0];
            rest = rest[1..];
            return first;
        }

        public override string? ReadLine()
        {
            if (rest.Length > 0)
            {
                var line = rest.TrimEnd('\n');
                rest = "";
                return line;
            }

            return CellHost.Needed.ReadLine("", isPassword: false);
        }
    }
}
