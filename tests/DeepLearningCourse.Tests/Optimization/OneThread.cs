using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Small operations on several threads wait for each other, and for whatever else the machine does.</summary>
[SetUpFixture]
public sealed class OneThread
{
    private int threads;

    [OneTimeSetUp]
    public void TakeOneThread()
    {
        threads = get_num_threads();
        set_num_threads(1);
    }

    [OneTimeTearDown]
    public void GiveThreadsBack() => set_num_threads(threads);
}
