namespace DeepLearningCourse.Data.Loading;

/// <summary>Puts a loader's position back.</summary>
internal sealed class KeptPosition(Action restore) : IDisposable
{
    public void Dispose() => restore();
}
