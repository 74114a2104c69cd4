using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class TrainingCheckTests : CheckTest
{
    private static readonly TrainingCheck Both = new([new(CheckSeverity.Warning, "Odd."), new(CheckSeverity.Error, "Wrong.")]);

    [Test]
    public void A_list_to_read() => Assert.That(Both.ToString(), Is.EqualTo("The check of the first batch found 1 error and 1 warning:\n- Warning: Odd.\n- Error: Wrong."));

    [Test]
    public void Errors_fail_and_warnings_do_not() => Assert.Multiple(() =>
    {
        Assert.That(Both.Passed, Is.False);
        Assert.That(Both.ThrowIfFailed, Throws.TypeOf<TrainingException>().With.Message.EqualTo(Both.ToString()));
        Assert.That(new TrainingCheck([Both.Findings[0]]).Passed, Is.True);
        Assert.That(new TrainingCheck([Both.Findings[0]]).ThrowIfFailed, Throws.Nothing);
    });

    [Test]
    public void Several_errors_are_found_at_once()
    {
        var X = randn(6, 3);
        X[0, 0] = double.NaN;

        Assert.That(Findings(new Through(nn.Sequential(nn.Linear(3, 2), nn.Softmax(1))), nn.CrossEntropyLoss(), X, Alternating(6) + 1), Is.EqualTo(new[]
        {
            "Error: The features hold NaN at sample 0 of the batch, column 0 (1 such values in all). Remove or fill those samples before training.",
            "Error: The targets go from 1 to 2 and the network has 2 outputs, for the classes 0 to 1. Numbered from 1, they become right with y - 1.",
        }));
    }

    [Test]
    public void Fit_throws_the_first_error_and_keeps_warnings()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var trainer = new Trainer(model, criterion, optimizer, Quiet);

        Assert.That(trainer.Fit([(ones(4, 2), randn(4, 1))]).Warnings, Is.EqualTo(new[]
            { "All 4 samples of the batch have the same features [4, 2], so nothing tells them apart. Is the data read, scaled or sliced wrongly?" }));
        Assert.That(trainer.Fit([(randn(4, 2), randn(4, 1))]).Warnings, Is.Empty);
        Assert.That(() => trainer.Fit([(randn(4, 2), randn(4))]), Throws.TypeOf<TrainingException>().With.Message.StartsWith("Epoch 1, batch 1: predictions [4, 1] and targets [4] differ in shape"));
    }

    [Test]
    public void Fit_without_the_check_says_nothing()
    {
        using var model = new Through(nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()));
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        (Tensor, Tensor)[] data = [(ones(4, 2), Alternating(4, 1).to(float32))];

        Assert.That(new Trainer(model, criterion, optimizer, Quiet with { CheckFirstBatch = false }).Fit(data).Warnings, Is.Empty);
        Assert.That(() => new Trainer(model, criterion, optimizer, Quiet).Fit(data), Throws.TypeOf<TrainingException>().With.Message.EqualTo(
            "Epoch 1, batch 1: the network ends in a sigmoid (layer 'body.1', Sigmoid()), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff));
    }

    [Test]
    public void In_bfloat16_too()
    {
        using var model = new Through(nn.Linear(2, 2), p => nn.functional.log_softmax(p, 1));
        using var criterion = nn.NLLLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(new Trainer(model, criterion, optimizer, Quiet with { Precision = Precision.BFloat16 }).Check([(randn(8, 2), Alternating(8))]).Findings, Is.Empty);
    }
}
