using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class ProgressTests : NetworkTest
{
    [Test]
    public void Redirected_output_gets_a_plain_line_an_epoch()
    {
        using TestConsole console = new();

        Train(console, withValidation: true);

        Assert.That(console.Lines, Has.Count.EqualTo(2));
        Assert.That(console.Lines[0], Does.Match(@"^Epoch 1/2  loss 1\.0000  validation loss 1\.0000  \(\d+\.\d\d s\)$"));
    }

    [Test]
    public void A_terminal_gets_a_bar_that_ends_full_with_the_last_figures()
    {
        using TestConsole console = new();
        console.Interactive().EmitAnsiSequences().Width(120);

        Train(console, withValidation: false);

        Assert.That(console.Output, Does.Contain("Epoch 2/2").And.Contain("train loss").And.Contain("1.0000").And.Contain("100%").And.Contain("Completed after epoch 2, step 2"));
    }

    [Test]
    public void A_terminal_that_something_else_draws_on_gets_lines()
    {
        using TestConsole console = new();
        console.Interactive().EmitAnsiSequences().Width(120);
        TakenConsole taken = new(console);

        Train(taken, withValidation: false);

        Assert.That(console.Output, Does.Contain("Epoch 2/2  loss 1.0000  ("));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_console_that_fails_does_not_end_the_run(bool interactive)
    {
        using TestConsole console = new();
        BrokenOutput output = new();
        console.Profile.Out = output;
        console.Profile.Capabilities.Interactive = interactive;
        console.Profile.Capabilities.Ansi = interactive;

        Assert.That(Train(console, withValidation: true).StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(output.Writes, Is.GreaterThan(0));
    }

    [Test]
    public void An_error_under_the_bar_is_the_same_error()
    {
        using TestConsole console = new();
        console.Interactive().EmitAnsiSequences();
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0);
        var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Console = console });

        Assert.That(() => trainer.Fit([(ones(2, 3), ones(2, 1))]),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'fc' (Linear(in_features=2, out_features=1, bias=True)) got [2, 3] and needs [*, 2]. The shapes so far: input [2, 3]. Give it data of that shape, or build the layer for the data you have."));
        Assert.That(() => trainer.Fit([]),
            Throws.TypeOf<TrainingException>().With.Message.EqualTo("The training data gave no batch. Is the data set empty, or is a sequence passed that can be read only once?"));
    }

    [Test]
    public void Nothing_is_shown_when_not_wanted()
    {
        using TestConsole console = new();

        Train(console, withValidation: false, show: false);

        Assert.That(console.Output, Is.Empty);
    }

    private static TrainingHistory Train(IAnsiConsole console, bool withValidation, bool show = true)
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0);
        model.fc.weight.SetData(zeros(1, 2));
        model.fc.bias!.SetData(zeros(1));

        var options = new TrainerOptions { Epochs = 2, Console = console, ShowProgress = show };
        (Tensor, Tensor)[] data = [(tensor(new[] { 1f, 2, 3, 4 }).reshape(2, 2), tensor(new[] { 1f, -1 }).reshape(2, 1))];
        return new Trainer(model, criterion, optimizer, options).Fit(data, withValidation ? data : null);
    }

    /// <summary>A console on which a prompt waits, say.</summary>
    private sealed class TakenConsole(IAnsiConsole inner) : IAnsiConsole
    {
        public Profile Profile => inner.Profile;

        public IAnsiConsoleCursor Cursor => inner.Cursor;

        public IAnsiConsoleInput Input => inner.Input;

        public IExclusivityMode ExclusivityMode { get; } = new Taken();

        public RenderPipeline Pipeline => inner.Pipeline;

        public void Clear(bool home) => inner.Clear(home);

        public void Write(IRenderable renderable) => inner.Write(renderable);

        public void WriteAnsi(Action<AnsiWriter> action) => inner.WriteAnsi(action);

        private sealed class Taken : IExclusivityMode
        {
            public T Run<T>(Func<T> func) => throw new InvalidOperationException("taken");

            public Task<T> RunAsync<T>(Func<Task<T>> func) => throw new InvalidOperationException("taken");
        }
    }

    /// <summary>A terminal that was closed.</summary>
    private sealed class BrokenOutput : IAnsiConsoleOutput
    {
        public BrokenOutput() => Writer = new BrokenWriter(this);

        public int Writes { get; private set; }

        public TextWriter Writer { get; }

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }

        private sealed class BrokenWriter(BrokenOutput output) : TextWriter
        {
            public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

            public override void Write(char value)
            {
                output.Writes++;
                throw new IOException("closed");
            }

            public override void Flush() => throw new IOException("closed");
        }
    }
}
