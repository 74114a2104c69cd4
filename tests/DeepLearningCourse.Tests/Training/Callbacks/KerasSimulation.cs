namespace DeepLearningCourse.Tests.Training.Callbacks;

/// <summary>When Keras's EarlyStopping would end a run, by the words of its documentation; epochs from 0.</summary>
internal static class KerasSimulation
{
    public static (int Epochs, int BestEpoch, double Best, int? StoppedEpoch) Run(double[] figures, int patience, double minDelta, int startFrom, bool max)
    {
        var (waited, bestEpoch, best) = (0, -1, 0.0);

        for (var epoch = startFrom; epoch < figures.Length; epoch++)
        {
            var figure = figures[epoch];
            var improved = bestEpoch < 0 || (max ? figure - minDelta > best : figure + minDelta < best);
            waited = improved ? 0 : waited + 1;
            (bestEpoch, best) = improved ? (epoch, figure) : (bestEpoch, best);

            if (waited == patience)
            {
                return (epoch + 1, bestEpoch, best, epoch);
            }
        }

        return (figures.Length, bestEpoch, best, null);
    }
}
