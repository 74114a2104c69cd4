using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

public sealed class ConfusionMatrixTests : TensorTest
{
    [Test]
    public void Rows_are_true_classes_and_columns_predicted_ones()
    {
        // sklearn.metrics.confusion_matrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]), the example of its manual.
        ConfusionMatrix matrix = new(3);
        matrix.Add(predicted: tensor(new long[] { 0, 0, 2 }), actual: tensor(new long[] { 2, 0, 2 }));
        matrix.Add(predicted: tensor(new[] { 2f, 0f, 2f }), actual: tensor(new long[] { 2, 0, 1 }).reshape(3, 1));

        Assert.That(
            Enumerable.Range(0, 9).Select(i => matrix[i / 3, i % 3]),
            Is.EqualTo(new long[] { 2, 0, 0, 0, 0, 1, 1, 0, 2 }));
        Assert.That(matrix.Accuracy, Is.EqualTo(4 / 6.0));
        Assert.That(matrix.Total, Is.EqualTo(6));
        Assert.That(matrix.ToString(), Is.EqualTo(
            """
            actual \ predicted        0        1        2
                             0        2        0        0
                             1        0        0        1
                             2        1        0        2
            """));
    }

    [Test]
    public void What_cannot_be_counted_is_refused_whole()
    {
        ConfusionMatrix matrix = new(2);

        Assert.That(
            () => matrix.Add(tensor(new long[] { 0, 1 }), tensor(new long[] { 0, 2 })),
            Throws.ArgumentException.With.Message.StartsWith("Sample 1 has the class 2; with 2 classes they are 0 to 1."));
        Assert.That(
            () => matrix.Add(tensor(new long[] { 0 }), tensor(new long[] { 0, 1 })),
            Throws.ArgumentException.With.Message.StartsWith("There are 1 predictions for 2 true classes."));
        Assert.That(matrix.Total, Is.Zero);
        Assert.That(matrix.Accuracy, Is.NaN);
        Assert.That(
            () => new ConfusionMatrix(1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("A confusion matrix needs at least 2 classes"));
    }
}
