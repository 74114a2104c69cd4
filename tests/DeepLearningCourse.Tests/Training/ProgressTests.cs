using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
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

        Assert.That(console.Output, Does.Contain("Epoch 2/2").And.Contain("loss 1.0000").And.Contain("100%"));
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

        Assert.That(() => trainer.Fit([(ones(2, 3), ones(2, 1))]), Throws.TypeOf<ForwardException>());
        Assert.That(() => trainer.Fit([]), Throws.TypeOf<TrainingException>());
    }

    [Test]
    public void Nothing_is_shown_when_not_wanted()
    {
        using TestConsole console = new();

        Train(console, withValidation: false, show: false);

        Assert.That(console.Output, Is.Empty);
    }

    private static void Train(TestConsole console, bool withValidation, bool show = true)
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0);
        model.fc.weight.SetData(zeros(1, 2));
        model.fc.bias!.SetData(zeros(1));

        var options = new TrainerOptions { Epochs = 2, Console = console, ShowProgress = show };
        (Tensor, Tensor)[] data = [(ones(2, 2), ones(2, 1))];
        new Trainer(model, criterion, optimizer, options).Fit(data, withValidation ? data : null);
    }
}
