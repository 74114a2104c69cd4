namespace DeepLearningCourse.Runtime.Guards;

/// <summary>
/// The functions of libLibTorchSharp 0.107.0 that let libtorch's errors through although the C# that calls them looks for one.
/// </summary>
/// <remarks>
/// Found by looking, in the library's code, for exported functions that never begin to catch, and in TorchSharp's sources for those whose callers check.
/// Left out are those that only read or free, and those of which a caller asks nothing afterwards (conversions of a <c>Scalar</c>, the counts of a script
/// module's inputs): an error there would go unnoticed if it were caught.
/// </remarks>
internal static class GuardedFunctions
{
    public static readonly GuardedFunction[] All =
    [
        new("THSTensor_matmul", "matmul", 2, Advice: (_, tensors) => MatmulAdvice.Of(tensors[0], tensors[1])),
        new("THSAutograd_grad", "autograd.grad", OnStack: 4, Advice: (reason, _) => GradAdvice(reason)),
        new("THSTensor_cummax", "cummax", 1),
        new("THSTensor_cummin", "cummin", 1),
        new("THSTensor_alias", "alias", 1),
        new("THSTensor_names", "names", 1),
        new("THSTensor_upsample_nearest1d_backward", "upsample_nearest1d_backward", 1, OnStack: 2),
        new("THSTensor_upsample_nearest2d_backward", "upsample_nearest2d_backward", 1, OnStack: 2),
        new("THSTensor_upsample_nearest3d_backward", "upsample_nearest3d_backward", 1, OnStack: 2),
        new("THSStorage_nbytes", "storage().nbytes", 1),
        new("THSStorage_data_ptr", "storage().data_ptr", 1),
        new("THSTorch_set_num_threads", "set_num_threads"),
        new("THSTorch_set_num_interop_threads", "set_num_interop_threads", Advice: (_, _) => "It can be set once in a process, before libtorch's first work on several threads."),
        new("THSGenerator_manual_seed", "manual_seed"),
        new("THSGenerator_set_rng_state", "set_state", Advice: (_, _) => "Give it what get_state() of such a generator returned."),
        new("THSNN_LBFGS_ctor", "LBFGS", Advice: (_, _) => "Give it parameters of a network, before anything is computed from them."),
        new("THSNN_LBFGS_set_lr", "LBFGS.LearningRate"),
        new("THSNN_Optimizer_getParameters", "parameters"),
        new("THSNN_Optimizer_zero_grad", "zero_grad"),
        new("THSJIT_Module_zero_grad", "ScriptModule.zero_grad"),
        new("THSJIT_Module_train", "ScriptModule.train"),
        new("THSJIT_Module_eval", "ScriptModule.eval"),
        new("THSJIT_Module_to_device", "ScriptModule.to"),
        new("THSJIT_Module_to_dtype", "ScriptModule.to"),
        new("THSJIT_Module_to_device_dtype", "ScriptModule.to"),
        new("THSJIT_Module_named_modules", "ScriptModule.named_modules"),
        new("THSJIT_Module_named_children", "ScriptModule.named_children"),
        new("THSJIT_Module_named_parameters", "ScriptModule.named_parameters"),
        new("THSJIT_Module_named_buffers", "ScriptModule.named_buffers"),
        new("THSJIT_Module_named_attributes", "ScriptModule.named_attributes"),
        new("THSJIT_TensorType_sizes", "TensorType.size"),
    ];

    // By what libtorch 2.10 says; another text gets no advice.
    private static readonly (string Said, string Advice)[] GradReasons =
    [
        ("does not require grad", "Make it with requires_grad: true before anything is computed from it, and compute outside of no_grad() and inference_mode()."),
        ("only for scalar outputs", "Give grad_outputs of the outputs' shapes, or take sum() or mean() of the outputs first."),
        ("not have been used", "One of the inputs has no part in the outputs: leave it out, or pass allow_unused: true."),
        ("a second time", "Pass retain_graph: true to the call before, or compute the outputs anew."),
    ];

    private static string? GradAdvice(string reason) => GradReasons.FirstOrDefault(entry => reason.Contains(entry.Said, StringComparison.Ordinal)).Advice;
}
