// Who asks for guests on the uplink, who says there that an address is its own, and what time brings.
import Internet

extension Proxy {
    /// The kernel answers for those that are known. A stranger is asked for whenever the router asks again, which it does
    /// once a second.
    mutating func apply(solicited address: IPv6Address, by asker: IPv6Address, at now: Instant) -> [ProxyAction] {
        guard entries[address] == nil, scope.admits(address), !scope.bridges.isEmpty else { return [] }
        if var question = questions[address] {
            if question.askers.count < Proxy.askerLimit, !question.askers.contains(asker) {
                question.askers.append(asker)
            }
            let isDue = question.asked.duration(to: now) >= Proxy.haste && strangers.consume(at: now)
            if isDue { question.asked = now }
            questions[address] = question
            return isDue ? askEverywhere(address) : []
        }
        guard questions.count < Proxy.questionLimit, strangers.consume(at: now) else { return [] }
        questions[address] = Question(askers: [asker], asked: now)
        wake(at: now.advanced(by: Proxy.checking))
        return askEverywhere(address)
    }

    private func askEverywhere(_ address: IPv6Address) -> [ProxyAction] {
        scope.bridges.sorted { $0.rawValue < $1.rawValue }.map { .ask(address, on: $0) }
    }

    /// The neighbor is right: a guest that takes its address would take its packets as well.
    mutating func apply(contested address: IPv6Address, at now: Instant) -> [ProxyAction] {
        let wasCandidate = candidates.removeValue(forKey: address) != nil
        guard wasCandidate || entries[address] != nil else { return [] }
        if contests.count >= Proxy.contestLimit, contests[address] == nil,
            let oldest = contests.min(by: { $0.value < $1.value })
        {
            contests[oldest.key] = nil
        }
        contests[address] = now.advanced(by: Proxy.contestLifetime)
        guard let bridge = forget(address) else { return [] }
        return [.remove(address, from: bridge)] + say(.contested(address), at: now)
    }
}

// MARK: - Time

extension Proxy {
    mutating func takeTimer(at now: Instant) -> [ProxyAction] {
        (wakeUp, lookedAt) = (nil, now)
        questions = questions.filter { $0.value.asked.duration(to: now) < Proxy.checking }
        var actions: [ProxyAction] = []
        for (address, candidate) in candidates where candidate.due <= now {
            candidates[address] = nil
            contests[address] = nil
            guard scope.bridges.contains(candidate.bridge), scope.admits(address), entries[address] == nil else {
                continue
            }
            actions += admit(address, on: candidate.bridge, hasAnswered: candidate.hasAnswered, at: now)
        }
        let due = doubts.filter { $0.value.due <= now }
        for (address, doubt) in due.prefix(Proxy.batch) { actions += pursue(address, doubt, at: now) }
        if due.count > Proxy.batch { wake(at: now) }
        for doubt in doubts.values where doubt.due > now { wake(at: doubt.due) }
        for question in questions.values { wake(at: question.asked.advanced(by: Proxy.checking)) }
        for candidate in candidates.values { wake(at: candidate.due) }
        return actions
    }

    private mutating func pursue(_ address: IPv6Address, _ doubt: Doubt, at now: Instant) -> [ProxyAction] {
        guard let bridge = entries[address] else {
            doubts[address] = nil
            return []
        }
        if doubt.asked < Proxy.attempts {
            var doubt = doubt
            doubt.asked += 1
            doubt.due = now.advanced(by: doubt.interval)
            doubts[address] = doubt
            return [.ask(address, on: bridge)]
        }
        guard let rival = doubt.rival, scope.bridges.contains(rival), count(on: rival) < Proxy.limit else {
            return drop(address, at: now)
        }
        _ = forget(address)
        entries[address] = rival
        counts[rival, default: 0] += 1
        doubts[address] = Doubt(due: now.advanced(by: Proxy.checking), interval: Proxy.patience)
        return [.move(address, to: rival)] + say(.moved(address, to: rival), at: now)
    }
}

// MARK: - What was read anew

extension Proxy {
    mutating func apply(_ new: ProxyScope) -> [ProxyAction] {
        guard new != scope else { return [] }
        scope = new
        questions = questions.filter { new.admits($0.key) }
        claims = claims.filter { new.bridges.contains($0.key) }
        fullness = fullness.filter { new.bridges.contains($0.key) }
        let gone = entries.filter { !new.bridges.contains($0.value) || !new.admits($0.key) }
        return gone.map { address, bridge in
            _ = forget(address)
            return .remove(address, from: bridge)
        }
    }

    /// What another guard left in the kernel is adopted and asked after; what is missing there is put back.
    mutating func apply(found: [IPv6Address: InterfaceIndex?], at now: Instant) -> [ProxyAction] {
        var actions: [ProxyAction] = []
        for (address, route) in found where entries[address] == nil {
            guard let bridge = route, scope.bridges.contains(bridge), scope.admits(address),
                count(on: bridge) < Proxy.limit
            else {
                actions.append(.remove(address, from: route))
                continue
            }
            entries[address] = bridge
            counts[bridge, default: 0] += 1
            doubts[address] = Doubt(due: now, interval: Proxy.haste)
            wake(at: now)
        }
        for (address, bridge) in entries where found[address] != .some(.some(bridge)) {
            actions.append(found[address] == nil ? .add(address, to: bridge) : .move(address, to: bridge))
        }
        return actions
    }
}
