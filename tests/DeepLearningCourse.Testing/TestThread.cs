namespace DeepLearningCourse.Testing;

/// <summary>The thread of a test with a limit.</summary>
internal sealed class TestThread
{
    private const string Threads = "/proc/self/task";

    private readonly Thread thread;
    private string? number;

    /// <summary>Starts it. It keeps no process alive.</summary>
    public TestThread(string name, Action action)
    {
        thread = new Thread(() =>
        {
            number = OperatingSystem.IsLinux() ? Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget) : null;
            action();
        })
        { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Waits for its end.</summary>
    public bool Ends(TimeSpan limit) => thread.Join(limit);

    /// <summary>Breaks its wait in .NET, if it is in one, and waits for its end.</summary>
    public bool EndsInterrupted(TimeSpan limit)
    {
        thread.Interrupt();
        return thread.Join(limit);
    }

    /// <summary>What it does, and which other threads there are, as far as the system tells.</summary>
    public string Describe()
    {
        if (number is null)
        {
            return "it computes, or waits outside .NET";
        }

        var state = Read(number, "status").Split('\n').FirstOrDefault(line => line.StartsWith("State:", StringComparison.Ordinal));
        var others = Directory.EnumerateDirectories(Threads).Select(task => Path.GetFileName(task)!).Where(task => task != number)
            .Select(task => Read(task, "comm")).Where(name => name.Length > 0 && !name.StartsWith(".NET", StringComparison.Ordinal))
            .GroupBy(name => name).Select(group => group.Count() == 1 ? group.Key : $"{group.Key} ({group.Count()})").Order();
        return $"it is in no wait of .NET ({state?[6..].Trim()}, {Read(number, "wchan")}). Beside it: {string.Join(", ", others)}";
    }

    private static string Read(string task, string file)
    {
        try
        {
            return File.ReadAllText($"{Threads}/{task}/{file}").Trim();
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
