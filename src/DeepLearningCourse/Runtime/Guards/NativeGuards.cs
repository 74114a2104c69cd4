using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>
/// Makes ordinary exceptions of errors that TorchSharp's library lets through, which would end the process.
/// </summary>
/// <remarks>
/// The library finds each function of <see cref="GuardedFunctions"/> by its name when it is first used. On Linux x64 that name leads to a stub
/// (<see cref="CatchingStubs"/>), which calls the function and, where it fails, leaves the text where its neighbours leave theirs
/// (<see cref="LastError"/>), so that TorchSharp throws it. What is not as expected (another loader, runtime or library) is left alone, and
/// <see cref="UncaughtErrors"/> at least says what ended the process.
/// </remarks>
internal static unsafe class NativeGuards
{
    /// <summary>The environment variable that, with the value 0, leaves TorchSharp as it is.</summary>
    public const string Switch = "DLC_NATIVE_GUARDS";

    private static LastError? lastError;
    private static CppRuntime? runtime;

    /// <summary>How many functions are guarded.</summary>
    public static int Count { get; private set; }

    /// <summary>Guards what can be guarded; done once, when TorchSharp's library has been loaded.</summary>
    /// <param name="torchSharp">TorchSharp's library.</param>
    public static void Install(nint torchSharp)
    {
        if (Environment.GetEnvironmentVariable(Switch) == "0")
        {
            return;
        }

        UncaughtErrors.Announce();

        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Count = Guard(torchSharp);
        }
    }

    [SupportedOSPlatform("linux")]
    private static int Guard(nint torchSharp)
    {
        lastError = LastError.TryFind(torchSharp);
        runtime = lastError is null ? null : CppRuntime.TryFind();

        if (runtime is null || DynamicSymbols.TryRead(torchSharp) is not { } symbols)
        {
            return 0;
        }

        // A function that this version lacks keeps its place, so that the index says which one failed.
        (nint Address, int OnStack)[] targets =
            [.. GuardedFunctions.All.Select(function => (NativeLibrary.TryGetExport(torchSharp, function.Export, out var address) ? address : 0, function.OnStack))];

        if (CatchingStubs.TryMake(targets, &Caught, runtime) is not { } stubs)
        {
            return 0;
        }

        Dictionary<string, (nint, nint)> replacements = [];

        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Address != 0)
            {
                replacements[GuardedFunctions.All[i].Export] = (targets[i].Address, stubs[i]);
            }
        }

        return symbols.Replace(replacements);
    }

    // Nothing may be thrown from here: there is native code above.
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.NoOptimization)]
    [SupportedOSPlatform("linux")]
    private static void Caught(nint thrown, nint* arguments, int index)
    {
        // In a finally block nothing is cut off by a notebook's interrupt, which could not pass the native code either. Optimized, a try that
        // does nothing is compiled away, and its finally block is none any more.
        try
        {
        }
        finally
        {
            lastError!.Set(Explain(GuardedFunctions.All[index], runtime!.End(thrown), new ReadOnlySpan<nint>(arguments, CatchingStubs.KeptArguments)));
        }
    }

    private static string Explain(GuardedFunction function, string whole, ReadOnlySpan<nint> arguments)
    {
        try
        {
            return function.Explain(whole, arguments);
        }
        catch (Exception)
        {
            // Without the shapes, for instance of a tensor that was disposed, libtorch's own words are still there.
            return whole;
        }
    }
}
