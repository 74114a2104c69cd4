using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime.Guards;
using TorchSharp;

namespace DeepLearningCourse.Runtime;

/// <summary>Loads libtorch and TorchSharp's library so that TorchSharp finds both loaded.</summary>
internal static class LibTorchLoader
{
    private const string TorchSharpName = "LibTorchSharp";

    private static nint torchSharp;
    private static nint libTorch;

    /// <summary>TorchSharp's own library, for the functions that it does not hand on.</summary>
    public static nint LoadedTorchSharp()
    {
        LibTorch.EnsureLoaded();
        return torchSharp;
    }

    /// <summary>libtorch's library for the processor, which has the functions that call any operator by its name.</summary>
    public static nint LoadedLibTorch()
    {
        LibTorch.EnsureLoaded();
        return libTorch;
    }

    public static LibTorchInfo Load()
    {
        if (!NativeNames.Supported.Contains(NativeNames.System))
        {
            throw new LibTorchLoadException(
                $"TorchSharp has no native library for {NativeNames.System}. It runs on {string.Join(", ", NativeNames.Supported)}.");
        }

        var location = LibTorchLocation.Find();
        RefuseOtherMajor(location);
        var cpu = LoadLibTorch(location);
        var file = OtherLibTorch.FileOf(cpu);
        location = location with { LoadedFile = file, Version = location.Version ?? AbiVersion(cpu) ?? OtherLibTorch.VersionInName(file) };
        RefuseOtherMajor(location);
        var (handle, repaired) = LoadTorchSharp(location);
        MakeTorchSharpUse(location, handle, cpu);
        (torchSharp, libTorch) = (handle, cpu);
        NativeGuards.Install(handle);
        var hasCuda = location.Folder is { } folder && File.Exists(Path.Combine(folder, NativeNames.TorchCuda));
        return new LibTorchInfo(location.Source, location.Folder, location.Version, hasCuda, repaired);
    }

    private static void RefuseOtherMajor(LibTorchLocation location)
    {
        if (location.Version is { } version && version.Major != LibTorchInfo.Expected.Major)
        {
            throw OtherLibTorch.OfOtherMajor(location);
        }
    }

    /// <summary>Loads libtorch by full paths; what asks for these libraries by name later gets them.</summary>
    private static nint LoadLibTorch(LibTorchLocation location)
    {
        nint cpu = 0;
        foreach (var name in NativeNames.LibTorch)
        {
            var path = location.Folder is null ? name : Path.Combine(location.Folder, name);
            if (location.Folder is not null && !File.Exists(path))
            {
                continue;
            }

            if (!NativeLibrary.TryLoad(path, out var handle))
            {
                if (location.Folder is null)
                {
                    continue;
                }

                throw new LibTorchLoadException($"{path} cannot be loaded: {Problem(path)} Install libtorch {LibTorchInfo.Expected} for {NativeNames.System}.");
            }

            cpu = name == NativeNames.TorchCpu ? handle : cpu;
        }

        LoadCuda(location);
        return cpu != 0 ? cpu : throw OtherLibTorch.Missing();
    }

    /// <summary>TorchSharp loads a package's CUDA itself, when it is first asked for; one from elsewhere it would not find.</summary>
    private static void LoadCuda(LibTorchLocation location)
    {
        if (location is { Source: LibTorchSource.Folder or LibTorchSource.PyTorch, Folder: { } folder })
        {
            foreach (var path in NativeNames.LibTorchCuda.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            {
                // Without it there is still the processor, and torch.cuda.is_available() says no.
                _ = NativeLibrary.TryLoad(path, out _);
            }
        }
    }

    private static (nint Handle, bool Repaired) LoadTorchSharp(LibTorchLocation location)
    {
        var path = LibTorchLocation.FindTorchSharp();
        if (path is null)
        {
            return NativeLibrary.TryLoad(NativeNames.TorchSharp, out var found)
                ? (found, false)
                : throw new LibTorchLoadException(
                    $"{NativeNames.TorchSharp} is not in the program's folder. Build or publish the program again; it comes with the package TorchSharp.");
        }

        // A libtorch of another build may lack functions; without this check the program would end at the first one it calls.
        if (location.Source != LibTorchSource.Package && OperatingSystem.IsLinux())
        {
            return PrivateCopy.LoadChecked(path, location);
        }

        if (NativeLibrary.TryLoad(path, out var handle))
        {
            return (handle, false);
        }

        return OperatingSystem.IsLinux()
            ? (PrivateCopy.Load(TorchSharpRepair.Repair(path, Problem(path))), true)
            : throw new LibTorchLoadException($"{path} cannot be loaded: {Problem(path)}");
    }

    /// <summary>TorchSharp searches the program's folder before it looks at what is loaded; this makes it take what is.</summary>
    private static void MakeTorchSharpUse(LibTorchLocation location, nint torchSharp, nint cpu)
    {
        try
        {
            NativeLibrary.SetDllImportResolver(
                typeof(torch).Assembly, (name, _, _) => name == TorchSharpName ? torchSharp : 0);
        }
        catch (InvalidOperationException)
        {
            // The program has a resolver of its own; the library is loaded all the same and found by its name.
        }

        if (location.Source is LibTorchSource.Package or LibTorchSource.System)
        {
            return;
        }

        using (LentName.Of(cpu, Carried()))
        {
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
        }

        foreach (var field in new[] { "nativeBackendLoaded", "nativeBackendCudaLoaded" })
        {
            var loaded = typeof(torch).GetField(field, BindingFlags.Static | BindingFlags.NonPublic)
                ?? throw new LibTorchLoadException(
                    $"This TorchSharp ({typeof(torch).Assembly.GetName().Version}) is not the one this library is made for (0.107.0), and cannot be "
                    + "given another libtorch. Use TorchSharp 0.107.0, or unset LIBTORCH and LIBTORCH_USE_PYTORCH.");
            loaded.SetValue(null, true);
        }
    }

    /// <summary>The program's own libtorch, which TorchSharp would load beside the one that was asked for.</summary>
    private static string? Carried() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append(AppContext.BaseDirectory)
        .Select(folder => Path.Combine(folder, NativeNames.TorchCpu))
        .FirstOrDefault(File.Exists);

    private static string Problem(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return "";
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return exception.Message;
        }
    }

    /// <summary>libtorch's own word: 0x020A0000... for 2.10; older ones have no such function.</summary>
    private static Version? AbiVersion(nint cpu)
    {
        if (!NativeLibrary.TryGetExport(cpu, "aoti_torch_abi_version", out var function))
        {
            return null;
        }

        var version = Marshal.GetDelegateForFunctionPointer<AbiVersionFunction>(function)();
        return new Version((int)(version >> 56) & 0xff, (int)(version >> 48) & 0xff, (int)(version >> 40) & 0xff);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate ulong AbiVersionFunction();
}
