import Foundation

/// A virtual machine on a host's libvirt network: qemu, by libvirt's own driver, with a kernel, an initramfs and no disk.
struct VirtualMachine {
    /// It is given nothing but this: its kernel makes itself the address of it and of what libvirt's dnsmasq advertises.
    static let hardwareAddress = "52:54:00:00:00:77"
    private static let tunnels = "/dev/net/tun"
    private static let accelerator = "/dev/kvm"
    private static let place = "/root/machine"

    /// Its kernel is for this processor, and its port on the bridge is one of the machine's TAP devices.
    static var canRun: Bool {
        #if arch(x86_64)
            canBeOpened(tunnels)
        #else
            false
        #endif
    }

    /// Some KVM does without the processor's virtualization, and then runs no kernel but those made for it.
    private static let isAccelerated: Bool = {
        let processors = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return canBeOpened(accelerator) && processors.split { $0.isWhitespace }.contains { $0 == "vmx" || $0 == "svm" }
    }()

    private static func canBeOpened(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }

    /// Where this prefix of 64 bits, without its end, is advertised (RFC 4291, appendix A).
    static func address(in prefix: String) -> String { "\(prefix)5054:ff:fe00:77" }

    /// A host of this plan can run one: as root and in no control group of its own, for it is a container itself.
    static func prepare(_ plan: inout HostPlan) {
        plan.devices = isAccelerated ? [tunnels, accelerator] : [tunnels]
        plan.files["/etc/libvirt/qemu.conf"] = """
            user = "root"
            group = "root"
            dynamic_ownership = 0
            security_driver = "none"
            namespaces = []
            cgroup_controllers = []
            stdio_handler = "file"

            """
    }

    private let host: Host

    /// Switched on, without a wait for anything.
    init(on network: String, of host: Host) throws {
        self.host = host
        let boot = try "\(Root.plain(host.release, for: .machine).layers[0])/boot"
        try host.succeed("mkdir \(Self.place)")
        for file in ["vmlinuz", "initrd"] { try host.copy("\(boot)/\(file)", to: "\(Self.place)/\(file)") }
        try host.write(Self.domain(on: network), to: "\(Self.place)/domain.xml")
        try host.succeed("virsh -q create \(Self.place)/domain.xml")
    }

    private static func domain(on network: String) -> String {
        """
        <domain type='\(isAccelerated ? "kvm" : "qemu")'>
          <name>machine</name>
          <memory unit='MiB'>192</memory>
          <os>
            <type arch='x86_64'>hvm</type>
            <kernel>\(place)/vmlinuz</kernel>
            <initrd>\(place)/initrd</initrd>
            <cmdline>console=ttyS0 nokaslr mitigations=off panic=1 INTERNET=\(Provider.internet)</cmdline>
          </os>
          <features><acpi/></features>
          <on_reboot>destroy</on_reboot>
          <devices>
            <controller type='usb' model='none'/>
            <interface type='network'>
              <mac address='\(hardwareAddress)'/>
              <source network='\(network)'/>
              <model type='virtio'/>
              <rom enabled='no'/>
            </interface>
            <serial type='file'><source path='\(place)/console'/></serial>
            <memballoon model='none'/>
          </devices>
        </domain>
        """
    }

    /// Whether it has had an answer from the internet to what it asked itself.
    func hasReachedInternet() throws -> Bool {
        try host.run("cat \(Self.place)/console").standardOutput.contains("The internet answers.")
    }

    /// The end of what its kernel and its first process said, and qemu's own words.
    var story: String {
        let line = "tail -n 40 \(Self.place)/console; virsh domstate --reason machine; tail /var/log/libvirt/qemu/*.log"
        return "# virtual machine\n\((try? host.run("\(line) 2>&1", within: 10))?.standardOutput ?? "no answer")"
    }
}
