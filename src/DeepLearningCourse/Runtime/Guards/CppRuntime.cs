using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>What GCC's C++ runtime exports for exceptions, by which native code that is made here catches them.</summary>
/// <param name="Personality">The function that reads a frame's table of handlers.</param>
/// <param name="ExceptionType">The <c>type_info</c> of <c>std::exception</c>.</param>
internal sealed unsafe record CppRuntime(nint Personality, nint ExceptionType)
{
    // The third function of std::exception's table, after its two destructors.
    private const int WhatPlace = 2;

    private nint registerFrames;
    private nint beginCatch;
    private nint endCatch;

    /// <summary>Those of the process; null if it has others.</summary>
    public static CppRuntime? TryFind()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out var standard) || !NativeLibrary.TryLoad("libgcc_s.so.1", out var unwinder)
            || !NativeLibrary.TryGetExport(standard, "__gxx_personality_v0", out var personality)
            || !NativeLibrary.TryGetExport(standard, "_ZTISt9exception", out var exceptionType)
            || !NativeLibrary.TryGetExport(unwinder, "__register_frame", out var registerFrames)
            || !NativeLibrary.TryGetExport(standard, "__cxa_begin_catch", out var beginCatch)
            || !NativeLibrary.TryGetExport(standard, "__cxa_end_catch", out var endCatch))
        {
            return null;
        }

        return new CppRuntime(personality, exceptionType) { registerFrames = registerFrames, beginCatch = beginCatch, endCatch = endCatch };
    }

    /// <summary>Makes the unwinder's tables of some code known.</summary>
    public void RegisterFrames(nint frames) => ((delegate* unmanaged<nint, void>)registerFrames)(frames);

    /// <summary>Ends a caught <c>std::exception</c> and gives its text.</summary>
    /// <param name="thrown">What the unwinder gave the handler.</param>
    public string End(nint thrown)
    {
        var exception = ((delegate* unmanaged<nint, nint>)beginCatch)(thrown);
        var what = (delegate* unmanaged<nint, nint>)(*(nint**)exception)[WhatPlace];
        var text = Marshal.PtrToStringUTF8(what(exception)) ?? "";
        ((delegate* unmanaged<void>)endCatch)();
        return text;
    }
}
