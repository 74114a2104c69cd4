namespace DeepLearningCourse.Tests.Data;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public string this[string file] => Path.Combine(folder.FullName, file);

    public string FullName => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);
}
